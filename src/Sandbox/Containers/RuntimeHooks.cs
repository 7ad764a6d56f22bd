using System.Collections;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Spec;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Containers;

/// <summary>Runs hooks in the namespaces of the runtime, one after the other, each with the container's state on its standard input.</summary>
internal static unsafe class RuntimeHooks
{
    private const int LongestSaid = 2048;

    /// <summary>Runs them in their order, up to the first that fails.</summary>
    /// <param name="kind">Their name in the specification.</param>
    /// <param name="bundle">The bundle's directory, which they run in.</param>
    /// <param name="state">What they read.</param>
    public static void Run(string kind, ImmutableArray<HookSpec> hooks, string bundle, string state)
    {
        foreach (HookSpec hook in hooks)
        {
            RunOne(kind, hook, bundle, state);
        }
    }

    /// <summary>Runs them all; what the failed ones say is returned.</summary>
    public static List<SandboxException> RunAll(string kind, ImmutableArray<HookSpec> hooks, string bundle, string state)
    {
        List<SandboxException> failures = [];
        foreach (HookSpec hook in hooks)
        {
            try
            {
                RunOne(kind, hook, bundle, state);
            }
            catch (SandboxException failure)
            {
                failures.Add(failure);
            }
        }

        return failures;
    }

    private static void RunOne(string kind, HookSpec hook, string bundle, string state)
    {
        string what = $"cannot run the {kind} hook {hook.Path}";

        // Files in memory, not pipes: neither a hook that does not read nor one that says much can make anybody wait.
        using SafeFileHandle input = MemoryFile(state);
        using SafeFileHandle said = MemoryFile("");

        // A bundle may be gone by the time that its container is deleted: that keeps no hook from running.
        int pid = Libc.SpawnProgram(
            hook.Path, hook.Args.IsEmpty ? [hook.Path] : hook.Args, hook.Env ?? Own(), input.Descriptor(), said.Descriptor(), said.Descriptor(), Directory.Exists(bundle) ? bundle : "/");
        if (pid < 0)
        {
            throw SandboxException.FromErrno(what, (Errno)(-pid));
        }

        bool inTime = AwaitEnd(pid, hook.Timeout);
        if (!inTime)
        {
            Libc.kill(pid, Signal.SIGKILL);
        }

        int code = Libc.WaitFor(pid).ExitCode;
        if (!inTime || code != 0)
        {
            string why = inTime ? $"it ended with {code}" : $"it took more than {hook.Timeout} seconds";
            throw new SandboxException(what, Said(said) is { Length: > 0 } words ? $"{why}: {words}" : why);
        }
    }

    /// <summary>The runtime's own environment.</summary>
    private static ImmutableArray<string> Own()
    {
        ImmutableArray<string>.Builder own = ImmutableArray.CreateBuilder<string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            own.Add($"{variable.Key}={variable.Value}");
        }

        return own.ToImmutable();
    }

    /// <summary>Whether a child ends in time; it is not waited for.</summary>
    private static bool AwaitEnd(int pid, int? seconds)
    {
        using SafeFileHandle process = Libc.pidfd_open(pid);
        int timeout = seconds is { } limit ? (int)Math.Min(limit * 1000L, int.MaxValue) : -1;
        return process.IsInvalid || Libc.AwaitReadable(process, timeout);
    }

    private static SafeFileHandle MemoryFile(string content)
    {
        SafeFileHandle file = Libc.memfd_create("hook", MemoryFileFlags.MFD_CLOEXEC);
        if (!file.IsInvalid && Libc.TryWriteAll(file, Encoding.UTF8.GetBytes(content)) && Libc.lseek(file.Descriptor(), 0, SeekOrigin.Begin) == 0)
        {
            return file;
        }

        SandboxException failure = SandboxException.FromLastError("cannot make a file in memory for a hook");
        file.Dispose();
        throw failure;
    }

    /// <summary>The end of what it wrote, on one line.</summary>
    private static string Said(SafeFileHandle said)
    {
        byte* buffer = stackalloc byte[LongestSaid];
        long size = Libc.lseek(said.Descriptor(), 0, SeekOrigin.End);
        nint read = Libc.pread(said, buffer, LongestSaid, Math.Max(0, size - LongestSaid));
        return read <= 0 ? "" : Encoding.UTF8.GetString(buffer, (int)read).Trim().ReplaceLineEndings("; ");
    }
}
