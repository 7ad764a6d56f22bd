using System.Collections.Immutable;
using Sandbox.Json;

namespace Sandbox.Spec;

/// <summary>Reads "process": the command and whose rights it has.</summary>
internal static class ProcessReader
{
    private const uint DefaultUmask = 0x12;

    private const ulong LargestUmask = 0x1FF;

    private static readonly string[] _limits =
    [
        "RLIMIT_AS", "RLIMIT_CORE", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_LOCKS", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE",
        "RLIMIT_NICE", "RLIMIT_NOFILE", "RLIMIT_NPROC", "RLIMIT_RSS", "RLIMIT_RTPRIO", "RLIMIT_RTTIME", "RLIMIT_SIGPENDING", "RLIMIT_STACK",
    ];

    /// <param name="warnings">Takes what is passed over.</param>
    public static ProcessSpec Read(JsonPlace process, List<string> warnings) => new()
    {
        Terminal = process.IsTrue("terminal"),
        ConsoleSize = process.IsTrue("terminal") ? Size(process.Member("consoleSize")) : null,
        User = User(process.Member("user")),
        Args = Arguments(process),
        Env = Environment(process),
        Cwd = ConfigReader.Absolute(process.Required("cwd")),
        Capabilities = CapabilityReader.Read(process.Member("capabilities"), warnings),
        Rlimits = Limits(process),
        NoNewPrivileges = process.IsTrue("noNewPrivileges"),
        AppArmorProfile = ConfigReader.Filled(process, "apparmorProfile"),
        SelinuxLabel = ConfigReader.Filled(process, "selinuxLabel"),
        OomScoreAdj = (int?)process.Member("oomScoreAdj")?.Integer(-1000, 1000),
        Scheduler = SchedulingReader.Scheduler(process.Member("scheduler")),
        IoPriority = SchedulingReader.IoPriority(process.Member("ioPriority")),
        ExecCpuAffinity = SchedulingReader.Affinity(process.Member("execCPUAffinity")),
    };

    private static ConsoleSize? Size(JsonPlace? size) => size is null ? null : new ConsoleSize(
        (ushort)size.Required("height").Number(ushort.MaxValue), (ushort)size.Required("width").Number(ushort.MaxValue));

    private static UserSpec User(JsonPlace? user)
    {
        if (user is null)
        {
            return UserSpec.Root;
        }

        ImmutableArray<uint>.Builder groups = ImmutableArray.CreateBuilder<uint>();
        foreach (JsonPlace group in user.Items("additionalGids"))
        {
            groups.Add(Id(group));
        }

        uint umask = (uint)(user.Member("umask")?.Number(LargestUmask) ?? DefaultUmask);
        return new UserSpec(Id(user.Member("uid")), Id(user.Member("gid")), groups.ToImmutable(), umask);
    }

    /// <summary>4294967295 is no id: it stands for "leave it as it is" (setresuid(2)).</summary>
    private static uint Id(JsonPlace? id) => (uint)(id?.Number(uint.MaxValue - 1) ?? 0);

    private static ImmutableArray<string> Arguments(JsonPlace process)
    {
        ImmutableArray<string> arguments = process.Texts("args");
        return arguments.IsEmpty ? throw process.Wrong("'args' must hold at least the command") : arguments;
    }

    private static ImmutableArray<string> Environment(JsonPlace process)
    {
        foreach (JsonPlace variable in process.Items("env"))
        {
            if (variable.Text().IndexOf('=', StringComparison.Ordinal) <= 0)
            {
                throw variable.Wrong($"'{variable.Text()}' is not NAME=VALUE");
            }
        }

        return process.Texts("env");
    }

    private static ImmutableArray<RlimitSpec> Limits(JsonPlace process)
    {
        ImmutableArray<RlimitSpec>.Builder limits = ImmutableArray.CreateBuilder<RlimitSpec>();
        foreach (JsonPlace limit in process.Items("rlimits"))
        {
            JsonPlace type = limit.Required("type");
            string name = type.Text();
            if (Array.IndexOf(_limits, name) < 0)
            {
                throw type.Wrong($"'{name}' is no limit of prlimit(2)");
            }

            foreach (RlimitSpec earlier in limits)
            {
                if (earlier.Type == name)
                {
                    throw type.Wrong($"{name} is there twice");
                }
            }

            RlimitSpec read = new(name, limit.Required("soft").Number(), limit.Required("hard").Number());
            limits.Add(read.Soft <= read.Hard ? read : throw limit.Wrong($"its soft limit {read.Soft} is above its hard one {read.Hard}"));
        }

        return limits.ToImmutable();
    }
}
