using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sandbox.Child;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// SIGSEGV and its like, as far as the launcher gets them. Sent by somebody they are the command's, as all other signals
/// are; raised by the processor they are the runtime's, which makes an exception of them or ends the launcher. They
/// cannot be blocked for a signalfd: a blocked fault kills.
/// </summary>
internal static unsafe class FaultSignals
{
    private const int Highest = 31;

    private static LastResort* _lastResort;

    /// <summary>Takes them from here on. Before the launch: once the command runs, whoever has seen that may send one.</summary>
    public static void Hold()
    {
        if (_lastResort is not null)
        {
            return;
        }

        LastResort* resort = (LastResort*)NativeMemory.AllocZeroed((nuint)sizeof(LastResort));
        resort->Process = -1;
        resort->Terminal = -1;
        resort->Before = (KernelSignalAction*)NativeMemory.AllocZeroed(Highest + 1, (nuint)sizeof(KernelSignalAction));
        _lastResort = resort;
        for (int number = 1; number <= Highest; number++)
        {
            // By SIGABRT, raised with abort(3), the runtime ends a launcher that it cannot save.
            Signal signal = (Signal)number;
            if ((ForwardedSignals.Faults & (1UL << (number - 1))) != 0 || signal == Signal.SIGABRT)
            {
                Libc.GetSignalAction(signal, resort->Before + number);
                delegate*<int, int*, void*, void> handler = &OnSignal;
                Libc.SetSignalHandler(signal, (nint)handler);
            }
        }
    }

    /// <summary>Hands on what was held, and from here on each at once, to the process that a pidfd names.</summary>
    public static void HandOn(int process)
    {
        Hold();
        _lastResort->Process = process;
        for (int number = 1; number <= Highest; number++)
        {
            if ((_lastResort->Held & (1U << number)) != 0)
            {
                Libc.pidfd_send_signal(process, (Signal)number);
            }
        }

        _lastResort->Held = 0;
    }

    /// <summary>Whatever ends the launcher from here on, this terminal gets these modes back.</summary>
    public static void GiveBack(int terminal, in KernelTermios modes)
    {
        if (_lastResort is not null)
        {
            _lastResort->Modes = modes;
            _lastResort->Terminal = terminal;
        }
    }

    /// <summary>The terminal has its modes back.</summary>
    public static void GaveBack()
    {
        if (_lastResort is not null)
        {
            _lastResort->Terminal = -1;
        }
    }

    /// <summary>Runs on any thread in any state: bound by the rules of the child.</summary>
    /// <param name="details">siginfo_t, which begins with the signal, an errno, and si_code (sigaction(2)).</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OnSignal(int signal, int* details, void* context)
    {
        LastResort* resort = _lastResort;
        if (details[2] <= 0 && signal != (int)Signal.SIGABRT)
        {
            if (resort->Process < 0)
            {
                resort->Held |= 1U << signal;
                return;
            }

            Native.Call(SystemCall.pidfd_send_signal, resort->Process, signal);
            return;
        }

        if (resort->Terminal >= 0)
        {
            Native.Call(SystemCall.ioctl, resort->Terminal, (nint)TerminalRequest.TCSETS, (nint)(&resort->Modes));
        }

        // The instruction is tried again, and the fault taken by whoever took it before.
        Native.Call(SystemCall.rt_sigaction, signal, (nint)(resort->Before + signal), 0, sizeof(ulong));
    }
}
