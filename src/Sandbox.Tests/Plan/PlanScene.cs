using Sandbox.CommandLine;
using Sandbox.Commands;
using Sandbox.Images;
using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.Spec;

namespace Sandbox.Tests.Plan;

/// <summary>Plans launches on a machine that is made up, so that a program depends on nothing but the words of its command line.</summary>
internal static class PlanScene
{
    private static readonly HostFacts Host = new()
    {
        CurrentDirectory = "/home/user",
        Environment = _ => null,
        ResolvConf = "nameserver 192.0.2.1\n",
        Hosts = "192.0.2.7 box\n",
        ThermalThrottles = 1,
    };

    /// <summary>An ordinary user's one id.</summary>
    public static IdMaps Single { get; } = new(IdMapWriter.Launcher, [new(0, 1000, 1)], [new(0, 1000, 1)]) { AllowsGroups = false };

    /// <summary>An ordinary user's ranges.</summary>
    public static IdMaps Ranges { get; } = new(IdMapWriter.Helpers, [new(0, 1000, 1), new(1, 100000, 65536)], [new(0, 1000, 1), new(1, 100000, 65536)]);

    /// <summary>The block of ids of a sandbox of root's.</summary>
    public static IdMaps Block { get; } = new(IdMapWriter.Launcher, [new(0, 524288, 65536)], [new(0, 524288, 65536)]);

    /// <summary>The steps of a launch, a line each, as --dry-run prints them.</summary>
    public static string List(IdMaps maps, bool root, ResolvedUser user, Func<LaunchSettings, LaunchSettings> change, params string[] words)
    {
        RunOptions options = (RunOptions)Arguments.Read(["run", .. words, "image", "true"]);
        SandboxIds ids = new(maps, root);
        HostFacts host = Host with
        {
            OwnTerminal = options.Terminal == true,
            ConsoleSize = options.Terminal == true ? new ConsoleSize(24, 80) : null,
            NotifySocket = options.Notify ? "/run/systemd/notify" : null,
        };
        RuntimeSpec spec = RunSpec.Build(options, ImageConfig.None, user, maps, host).Spec!;
        LaunchSettings settings = new()
        {
            StorePath = "/store",
            Layers = ["layers/base/fs", "layers/top/fs"],
            IdMappedLayers = ids.MapsLayers,
            IdMaps = ids.OfSandbox,
            Kernel = new KernelVersion(6, 12),
            OwnExecutable = (1, 2, 3),
            Init = options.Init,
            PreservedDescriptors = options.PreservedDescriptors,
        };
        return PlanListing.Of(LaunchOrder.Compile(spec, change(settings)));
    }

    /// <summary>The steps of a command that joins the sandbox of some words.</summary>
    public static string ListJoin(IdMaps maps, bool root, ResolvedUser user, Func<JoinSettings, JoinSettings> change, params string[] words)
    {
        RunOptions options = (RunOptions)Arguments.Read(["run", .. words, "image", "true"]);
        SandboxIds ids = new(maps, root);
        RuntimeSpec spec = RunSpec.Build(options, ImageConfig.None, user, maps, Host).Spec!;
        JoinSettings settings = new() { IdMaps = ids.OfSandbox, IsRoot = root, Kernel = new KernelVersion(6, 12), OwnExecutable = (1, 2, 3) };
        return PlanListing.Of(JoinOrder.Compile(spec, change(settings)).Plan);
    }

    /// <summary>The steps of a user's launch with one id.</summary>
    public static string List(params string[] words) => List(Single, root: false, ResolvedUser.Root, settings => settings, words);
}
