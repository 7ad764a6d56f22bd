using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Launch;
using Sandbox.Plan;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>
/// <c>sandbox run -d</c>: this process starts a second one, which becomes the sandbox's supervisor, and returns when the
/// command is executed. Until then the two are one to the user: what the second says on standard error is seen, its exit
/// code is this one's, and when this one is interrupted both end.
/// </summary>
internal static class DetachedRun
{
    /// <summary>The verb of the second process.</summary>
    public const string Verb = "supervise-worker";

    private const int StandardDescriptors = 3, StandardOutput = 1;

    /// <summary>The first process's part.</summary>
    public static int Start()
    {
        using Pipe ready = Pipe.Open();
        string[] words = ["sandbox", Verb, $"{ready.Write.Descriptor()}", .. Environment.GetCommandLineArgs().AsSpan(1)];
        int pid = Libc.SpawnSelf(words, OwnProcess.Environment, ready.Write, BeforeRuntime.SignalMask);
        ready.Write.Dispose();
        if (pid < 0)
        {
            Errno errno = (Errno)(-pid);
            throw SandboxException.FromErrno("cannot start a supervisor", errno, errno == Errno.EAGAIN ? Hints.Processes : null);
        }

        // However this process ends, its death signal tells the other one (PR_SET_PDEATHSIG).
        Sandboxes.LetSignalsEnd();
        return IsStarted(ready.Read) ? 0 : Libc.WaitFor(pid).ExitCode;
    }

    /// <summary>The second process's part: runs the sandbox to its end.</summary>
    /// <param name="words">The descriptor that the first process waits at, and its words.</param>
    public static int Supervise(ReadOnlySpan<string> words)
    {
        Libc.prctl(PrctlOption.PR_SET_PDEATHSIG, (nint)Signal.SIGTERM);
        if (words.Length < 2 || !int.TryParse(words[0], out int ready) || Arguments.Read(words[1..]) is not RunOptions options)
        {
            throw new SandboxException($"cannot run {Verb}", "'sandbox run -d' calls it");
        }

        // A first process that ended before the death signal was asked for sends none.
        return IsAwaited(ready) ? RunCommand.Run(options, id => OnStarted(id, ready)) : SandboxException.ExitCodeOfSandbox;
    }

    /// <summary>Whether the first process is still there: the end of the pipe that it reads goes with it.</summary>
    private static unsafe bool IsAwaited(int descriptor)
    {
        PollDescriptor end = new() { Descriptor = descriptor };
        return Libc.poll(&end, 1, 0) == 0;
    }

    /// <summary>
    /// The command is executed: tells the caller who it is, lets go of all that was the caller's, and then lets the first process
    /// return. What fails here ends the sandbox: nobody would know of it.
    /// </summary>
    private static void OnStarted(string id, int descriptor)
    {
        if (!Libc.TryWriteAll(StandardOutput, Encoding.ASCII.GetBytes(id + "\n")))
        {
            throw SandboxException.OfWriting("cannot write to standard output");
        }

        using SafeFileHandle ready = new(descriptor, ownsHandle: true);
        using SafeFileHandle nothing = Libc.openat(Libc.AT_FDCWD, "/dev/null", OpenFlags.O_RDWR | OpenFlags.O_CLOEXEC, 0);
        for (int standard = 0; standard < StandardDescriptors; standard++)
        {
            if (nothing.IsInvalid || Libc.dup2(nothing.Descriptor(), standard) < 0)
            {
                throw SandboxException.FromLastError("cannot use /dev/null");
            }
        }

        // Else the caller's directory could not be unmounted.
        Libc.chdir("/");

        // Last what lets the first process return: whoever waits for that finds everything done. Where it was killed a moment
        // ago this goes nowhere.
        Libc.prctl(PrctlOption.PR_SET_PDEATHSIG, 0);
        if (!Libc.TryWriteAll(descriptor, [0]))
        {
            throw SandboxException.FromLastError("cannot start the sandbox");
        }
    }

    /// <summary>Waits for the second process: whether it has said that the command is executed, or has ended without.</summary>
    private static unsafe bool IsStarted(SafeFileHandle pipe)
    {
        byte said;
        return Libc.read(pipe, &said, sizeof(byte)) > 0;
    }
}
