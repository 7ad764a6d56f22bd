using Microsoft.Win32.SafeHandles;
using Sandbox.Cgroups;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Supervisor;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What the verbs on sandboxes that have a name do in common.</summary>
internal static class Sandboxes
{
    /// <summary>Who enters a sandbox waits so long for its command to run; an image that is being unpacked may take longer.</summary>
    private static readonly TimeSpan _longestStart = TimeSpan.FromSeconds(10);

    public static Registry Open(Invocation options) => Registry.Open(State(options));

    /// <summary>Null where there is no sandbox, nor a place for them.</summary>
    public static Registry? OpenIfThere(Invocation options) => Registry.OpenIfThere(State(options));

    /// <summary>Ctrl-C ends this command, as it would end any: nothing has to be undone.</summary>
    public static void LetSignalsEnd() => Libc.sigprocmask(SignalMaskChange.SIG_SETMASK, BeforeRuntime.SignalMask);

    /// <summary>Puts /dev/null in the place of this process's standard input, which the command then has.</summary>
    public static void ReadNothing()
    {
        using SafeFileHandle nothing = Libc.openat(Libc.AT_FDCWD, "/dev/null", OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC, 0);
        if (nothing.IsInvalid || Libc.dup2(nothing.Descriptor(), 0) < 0)
        {
            throw SandboxException.FromLastError("cannot use /dev/null");
        }
    }

    /// <summary>All sandboxes, one after the other, with those that are paused known as such; the caller owns each.</summary>
    public static IEnumerable<SandboxEntry> All(Registry registry)
    {
        foreach (SandboxEntry entry in registry.All())
        {
            Complete(entry);
            yield return entry;
        }
    }

    /// <summary>The sandbox that a word means; the caller owns it.</summary>
    public static SandboxEntry Find(Registry registry, string word)
    {
        SandboxEntry found = registry.Find(word);
        Complete(found);
        return found;
    }

    /// <summary>Does something with each named sandbox, and prints its name.</summary>
    public static int ForEach(SandboxInvocation options, Action<Registry, SandboxEntry> act) => ForEachName(options, (registry, word) =>
    {
        using SandboxEntry entry = Find(registry, word);
        act(registry, entry);
    });

    /// <summary>The same with each name, of which there may be no sandbox.</summary>
    public static int ForEachName(SandboxInvocation options, Action<Registry, string> act)
    {
        LetSignalsEnd();
        using Registry registry = Open(options);
        return OneByOne.Do(options.Names, word =>
        {
            act(registry, word);
            Output.Print(word + "\n");
        });
    }

    /// <summary>The handles of a sandbox whose command runs, or stands still; a failure where it does not.</summary>
    public static SandboxHandles Reach(SandboxEntry entry, string what)
    {
        if (entry.Phase == SandboxPhase.Starting)
        {
            entry.AwaitStart(_longestStart);
        }

        return entry.Phase is SandboxPhase.Running or SandboxPhase.Paused
            ? SandboxHandles.Ask(entry, what)
            : throw new SandboxException($"cannot {what} sandbox {entry.Record.Name}", Describe(entry));
    }

    /// <summary>Its cgroup; a failure where it has none.</summary>
    public static Cgroup OpenCgroup(SandboxEntry entry, string what)
    {
        if (entry.Phase is not (SandboxPhase.Running or SandboxPhase.Paused))
        {
            throw new SandboxException($"cannot {what} sandbox {entry.Record.Name}", Describe(entry));
        }

        return entry.Status.Cgroup is { } path
            ? Cgroup.Open(path)
            : throw new SandboxException(
                $"cannot {what} sandbox {entry.Record.Name}", "it has no cgroup of its own", "that takes cgroup v2, in a directory where sandbox may make one: 'sandbox check' tells what is missing");
    }

    /// <summary>How far a sandbox is, as a sentence has it.</summary>
    public static string Describe(SandboxEntry entry) => entry.Phase switch
    {
        SandboxPhase.Starting => "it is starting",
        SandboxPhase.Running => "it is running",
        SandboxPhase.Paused => "it is paused",
        SandboxPhase.Exited => $"it has ended with {entry.Status.ExitCode}",
        _ => "its supervisor was killed",
    };

    private static void Complete(SandboxEntry entry)
    {
        if (entry is { Phase: SandboxPhase.Running, Status.Cgroup: { } path } && Cgroup.TryOpen(path) is { } cgroup)
        {
            using (cgroup)
            {
                if (CgroupFreezer.IsFrozen(cgroup))
                {
                    entry.MarkPaused();
                }
            }
        }
    }

    private static string State(Invocation options) =>
        StateDirectory.Resolve(options.Root, OwnUserNamespace.HasRoot, Libc.geteuid(), Environment.GetEnvironmentVariable);
}
