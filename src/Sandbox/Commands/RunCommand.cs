using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Rootfs;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary><c>sandbox run</c>: from options and an image to an exit code.</summary>
internal static class RunCommand
{
    /// <param name="options">The command line.</param>
    /// <param name="started">Told the id of a sandbox that is this process's to supervise, when its command is executed; null where a detached run is still to be handed to such a process.</param>
    public static int Run(RunOptions options, Action<string>? started = null)
    {
        if (options is { Detached: true, DryRun: false } && started is null)
        {
            return DetachedRun.Start();
        }

        if (options.UserNamespace == UserNamespaceMode.Host)
        {
            SealedCopy.Become(OwnWords.All);
        }

        RunReport? report = null;
        try
        {
            // Its file must not be found at a number that the command is to get.
            PassedDescriptors passed = PassedDescriptors.Of(options);
            report = options.DryRun ? null : RunReport.Open(options.Report);
            return Run(options, passed, report, started);
        }
        catch (Exception failure) when (options is { Report: not null, DryRun: false })
        {
            RunReport.WriteFailure(report, options.Report, Output.Explain(failure));
            throw;
        }
        finally
        {
            report?.Dispose();
        }
    }

    /// <summary>Says that a command line asks for no run that there could be, in the report of that run too.</summary>
    public static int Refuse(Refusal refusal)
    {
        int code = Output.Fail(refusal);
        if (refusal.Report is { } target)
        {
            RunReport.WriteFailure(null, target, refusal.ToException());
        }

        return code;
    }

    private static int Run(RunOptions options, PassedDescriptors passed, RunReport? report, Action<string>? started)
    {
        using NamedRun? named = NamedRun.Begin(options);
        Reference? commit = RunCommit.NameOf(options);
        using SafeFileHandle signals = Supervision.OpenSignals();
        using StoreAccess access = StoreAccess.Open(options, launches: true);
        using RootfsSource source = OpenImage(options, access);
        RunCommit.Check(options, source);
        RuntimeSpec spec = Specify(options, passed, source, access.Ids.Maps);
        uint rootMode = source.ModeOfRoot();
        using RunCgroup cgroup = options.DryRun ? RunCgroup.Listed(options, spec) : RunCgroup.Make(options, spec);
        spec = cgroup.Entry == CgroupEntry.None ? spec : RunCgroup.Show(options, spec);

        // In a cgroup of its own the sandbox is another child than the early one.
        if (cgroup.Entry == CgroupEntry.None && !options.DryRun)
        {
            EarlyChild.BeginMaps(access.Ids.OfSandbox);
        }

        using RunWatch watch = RunWatch.Begin(options, cgroup, report);
        using RunScratch scratch = RunScratch.Create(options, source, spec, Machine.Kernel, access, rootMode);
        PreparedRun run = new(options, passed, access, source, spec, rootMode, cgroup, watch, scratch);
        LaunchSettings settings = run.Settings();
        SandboxPlan plan = LaunchOrder.Compile(spec, settings);
        if (options.DryRun)
        {
            return Output.Print(RunCgroup.List(options, spec) + PlanListing.Of(plan));
        }

        using RunChanges? changes = options.Changes is { } output ? RunChanges.Open(output) : null;
        using TerminalRelay? terminal = spec.Process.Terminal && !options.Detached ? new TerminalRelay(watch.Budget, options.Boot) : null;
        named?.Describe(spec, settings, source);
        using RunProcess process = RunProcess.Start(run, plan, settings.StopSignal, terminal, named);
        named?.Open(process.Sandbox, cgroup.Cgroup?.Directory, signals, watch.Budget);
        passed.Close();
        started?.Invoke(named!.Id);
        Thread? sweep = TidyUp(run);
        try
        {
            int code = process.Follow(signals);
            changes?.Write(access, scratch, plan.Files!.OwnEntries());
            if (code == 0 && commit is not null)
            {
                RunCommit.Add(access, source, scratch, plan.Files!.OwnEntries(), commit);
            }

            report?.Write(code);
            named?.End(code);
            return code;
        }
        finally
        {
            sweep?.Join();
        }
    }

    /// <summary>
    /// While the command is already at work, and is not left alone: what is not on the disk yet, and what runs that were killed
    /// have left behind. The thread that removes that is to be waited for.
    /// </summary>
    private static Thread? TidyUp(PreparedRun run)
    {
        StoreAccess access = run.Access;
        LayerSync.StartUnlessAtWork(access.Store, run.Source, access.Workers.Start);
        run.Cgroup.Sweep();
        return Sweep.Start(access.Store, access.Remover);
    }

    /// <summary>
    /// Ends the child that was made for a run before there were options, where it did not come to one: its parent has to
    /// reap it, for whoever does so afterwards may not.
    /// </summary>
    public static void GiveUp() => EarlyChild.GiveUp();

    /// <summary>A path or a name; what is not in the store yet is brought there.</summary>
    public static RootfsSource OpenImage(RunOptions options, StoreAccess access)
    {
        ImageWord word = ImageWord.Read(options.Image, access.Catalog);
        ImageRequest request = access.Request(word.Path ?? options.Image, word.Pick);
        if (word.Named is not { } named)
        {
            return ImageTree.Open(access.Store, request);
        }

        RootfsSource source = ImageTree.TryImage(access.Store, request, named.Id)
            ?? throw new SandboxException($"cannot use {options.Image}", "a layer of it is missing, or was unpacked for other ids", "load it again here, with the same --userns");

        // A name means one image, for whatever platform it was loaded: only who asks for one is told that it is another.
        return options.Platform is null || !source.Config.IsNotFor(request.Platform)
            ? source
            : throw new SandboxException(
                $"cannot use {options.Image}", $"the image of the store is for {source.Config.Platform}, not for {request.Platform}",
                $"'sandbox load --platform {request.Platform} --tag NAME FILE' brings the other under a name of its own");
    }

    /// <summary>What the sandbox of an image must be.</summary>
    public static RuntimeSpec Specify(RunOptions options, PassedDescriptors passed, RootfsSource source, IdMaps maps)
    {
        ResolvedUser user = RunAccount.Resolve(source, options.User ?? OfImage(source.Config), maps);
        (RuntimeSpec? spec, Refusal? refusal) = RunSpec.Build(options, source.Config, user, maps, Machine.Facts(options, passed, RunSystem.Facts(options, source)));
        return spec ?? throw refusal!.ToException();
    }

    /// <summary>The user that the image names; null where it names none.</summary>
    private static UserOption? OfImage(ImageConfig config)
    {
        // As docker and podman read it: a part that is left out beside the colon is root, or the group of the user.
        string words = config.User.EndsWith(':') ? config.User[..^1] : config.User;
        if (words.Length == 0)
        {
            return null;
        }

        Parsed<UserOption> user = Words.User(words[0] == ':' ? "0" + words : words);
        return user.Why is { } why ? throw new SandboxException($"cannot run as the image's user '{config.User}'", why, "name one with --user") : user.Value;
    }
}
