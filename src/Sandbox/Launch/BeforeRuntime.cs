using System.Runtime;
using System.Runtime.CompilerServices;
using Sandbox.Child;
using Sandbox.Init;
using Sandbox.Steps;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// Runs before the .NET runtime has started its threads or opened a file, in the place of C's main (the linker's --wrap
/// leads here): what has to hold for every thread is done while there is only one.
/// </summary>
internal static unsafe class BeforeRuntime
{
    private const nint F_GETFD = 1;

    private static ulong _signalMask;
    private static EarlyStart* _earlyStart;

    /// <summary>The signal mask that the launcher was given, for the command to start with.</summary>
    public static ulong SignalMask => _signalMask;

    /// <summary>What the launcher shares with a child that waits for its program; null when there is none.</summary>
    public static EarlyStart* EarlyStart
    {
        get => _earlyStart;
        set => _earlyStart = value;
    }

    /// <summary>Makes the child that waits for a program, if that can be done. It gets the standard descriptors and the signals of this process.</summary>
    public static void MakeEarlyChild(bool isBounded)
    {
        OpenStandardDescriptors();
        WaitForChildren();
        CloneEarlyChild(isBounded);
    }

    [RuntimeExport("__wrap_main")]
    private static int Begin(int count, byte** words)
    {
        BecomeInit(count, words);
        OpenStandardDescriptors();

        // With the signals as they were given, which what is executed has to find.
        BecomeView(count, words);
        BlockSignals();
        WaitForChildren();
        RuntimeAnswers.Prepare(count, words);
        MainOfRuntime(count, words);
        return TellThatRuntimeFailed();
    }

    /// <summary>A program that has run ends by _exit(2): the runtime returns only where it could not start, and says nothing.</summary>
    private static int TellThatRuntimeFailed()
    {
        ReadOnlySpan<byte> text = "sandbox: cannot start: no memory, or no 600 MB of address space for it\n"u8 +
            "hint: raise the limit (ulimit -v, ulimit -d); one for the command alone is --ulimit as=BYTES\n"u8;
        fixed (byte* line = text)
        {
            Native.Call(SystemCall.write, 2, (nint)line, text.Length);
        }

        return SandboxException.ExitCodeOfSandbox;
    }

    [RuntimeImport("__real_main")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern int MainOfRuntime(int count, byte** words);

    /// <summary>
    /// In the place of glibc's fork(3), which only the runtime's crash dumps would call: with it come its hooks into all
    /// name services, and with them a resolver. Nothing here forks that way.
    /// </summary>
    [RuntimeExport("__wrap_fork")]
    private static int Fork() => -1;

    /// <summary>In the place of glibc's look for the directory of the executable, which only dlopen(3) would need. -1 says that it is not known.</summary>
    [RuntimeExport("__wrap__dl_get_origin")]
    private static nint FindOrigin() => -1;

    /// <summary>In the place of glibc's dcgettext(3): no locale is ever set, and no message translated.</summary>
    [RuntimeExport("message_as_it_is")]
    private static nint Translate(nint domain, nint message, int category) => message;

    /// <summary>Where 0, 1 or 2 is closed, /dev/null takes its place: else the first file that is opened would, and be read or written as such.</summary>
    private static void OpenStandardDescriptors()
    {
        for (int descriptor = 0; descriptor <= 2; descriptor++)
        {
            if (Native.Call(SystemCall.fcntl, descriptor, F_GETFD) < 0)
            {
                fixed (byte* path = "/dev/null"u8)
                {
                    Native.Call(SystemCall.openat, Libc.AT_FDCWD, (nint)path, (nint)OpenFlags.O_RDWR);
                }
            }
        }
    }

    /// <summary>
    /// Blocks the signals that a launcher forwards, so that every later thread has them blocked and a signalfd gets
    /// them; the runtime's own and those of faults stay open.
    /// </summary>
    private static void BlockSignals()
    {
        ulong blocked = ForwardedSignals.Mask;
        ulong old;
        Native.Call(SystemCall.rt_sigprocmask, 0, (nint)(&blocked), (nint)(&old), sizeof(ulong));
        _signalMask = old;
    }

    /// <summary>PID 1 of a machine must never end, and a runtime can: it runs without one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BecomeInit(int count, byte** words)
    {
        if (MachinePlace.IsMachine(count, words))
        {
            // The environment lies behind the arguments' NULL (execve(2)).
            MachineInit.Run(words + count + 1);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void BecomeView(int count, byte** words) => EarlyView.TryBecome(count, words);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CloneEarlyChild(bool isBounded) => _earlyStart = EarlyStarter.Make(isBounded);

    /// <summary>Where the caller ignores SIGCHLD, the kernel would reap in the launcher's place, and in PID 1's (sigaction(2)).</summary>
    private static void WaitForChildren()
    {
        KernelSignalAction standard = default;
        Native.Call(SystemCall.rt_sigaction, (nint)Signal.SIGCHLD, (nint)(&standard), 0, sizeof(ulong));
    }
}
