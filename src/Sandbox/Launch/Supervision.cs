using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>
/// The launcher while the command runs: signals go on to it, a stopped launcher means a stopped sandbox, its terminal is
/// served, and a limit of time ends it.
/// </summary>
internal sealed unsafe class Supervision
{
    /// <summary>The exit code of a command that took too long.</summary>
    private const int TimedOut = 124;

    private readonly SandboxProcess _process;
    private readonly SafeFileHandle _signals;
    private readonly SupervisionOrders _orders;
    private readonly LimitWatch _limits;
    private readonly long _started = Stopwatch.GetTimestamp();
    private TimeSpan? _killAfter;
    private bool _isLeft;

    private Supervision(SandboxProcess process, SafeFileHandle signals, SupervisionOrders orders)
    {
        _process = process;
        _signals = signals;
        _orders = orders;
        _limits = orders.Limits;
        _killAfter = orders.Timeout;
    }

    /// <summary>A signalfd(2) of all signals that are meant for the command; they are blocked in every thread.</summary>
    public static SafeFileHandle OpenSignals() => Open(ForwardedSignals.Mask);

    /// <summary>A signalfd(2) of those that give up what is done before the command runs.</summary>
    public static SafeFileHandle OpenEndSignals() => Open(ForwardedSignals.EndMask);

    /// <summary>Stays with the process until it ends; returns the exit code of the command, or 124.</summary>
    public static int Run(SandboxProcess process, SafeFileHandle signals, SupervisionOrders orders) => new Supervision(process, signals, orders).Run();

    /// <summary>Takes all signals that have come; whether one of them was the user giving up.</summary>
    public static bool TakesEnd(SafeFileHandle signals)
    {
        bool end = false;
        SignalInfo info;
        while (Libc.read(signals, &info, sizeof(SignalInfo)) == sizeof(SignalInfo))
        {
            end |= (ForwardedSignals.EndMask & (1UL << ((int)info.Signal - 1))) != 0;
        }

        return end;
    }

    private static SafeFileHandle Open(ulong mask)
    {
        if (!RuntimeAnswers.Ran)
        {
            Libc.sigprocmask(SignalMaskChange.SIG_BLOCK, mask);
        }

        int signals = Libc.signalfd(mask);
        return signals >= 0 ? new SafeFileHandle(signals, ownsHandle: true) : throw SandboxException.FromLastError("cannot watch for signals");
    }

    private int Run()
    {
        FaultSignals.HandOn(_process.PidFd);
        const int limitsAt = 2, terminalAt = limitsAt + LimitWatch.DescriptorCount;
        PollDescriptor* waited = stackalloc PollDescriptor[terminalAt + TerminalRelay.DescriptorCount];
        waited[0] = new PollDescriptor { Descriptor = _process.PidFd, Events = PollEvents.POLLIN };
        waited[1] = PollDescriptor.On(_signals, PollEvents.POLLIN);
        TerminalRelay? terminal = _orders.Terminal;
        nuint count = terminal is null ? terminalAt : (nuint)terminalAt + TerminalRelay.DescriptorCount;
        while (true)
        {
            _limits.Await(waited + limitsAt);
            terminal?.Await(waited + terminalAt);
            int ready = Libc.poll(waited, count, Patience());
            if (ready >= 0)
            {
                terminal?.Move(waited + terminalAt);
                SwitchOffWhereLeft();
            }

            _limits.Look(_process);
            KillInTime();
            if (ready < 0)
            {
                continue;
            }

            if (waited[1].Returned != PollEvents.None)
            {
                PassOn();
            }

            if (waited[0].Returned != PollEvents.None)
            {
                terminal?.Finish(_signals);
                int code = _process.Wait();
                _limits.Finish(_signals);
                return _limits.Reached is ReachedLimit.Timeout or ReachedLimit.CpuTimeout ? TimedOut : code;
            }
        }
    }

    /// <summary>Milliseconds until something is due; -1 where nothing is. poll(2) counts to 24 days only: a longer time takes more than one wait.</summary>
    private int Patience()
    {
        int left = _killAfter is { } limit
            ? (int)Math.Clamp(Math.Ceiling((limit - Stopwatch.GetElapsedTime(_started)).TotalMilliseconds), 0, int.MaxValue)
            : -1;
        return Sooner(left, Sooner(_orders.Terminal?.Patience ?? -1, _limits.Patience));
    }

    /// <summary>The shorter of two waits, -1 being the longest of all.</summary>
    private static int Sooner(int one, int other) => one < 0 ? other : other < 0 ? one : Math.Min(one, other);

    private void KillInTime()
    {
        if (_killAfter is { } limit && Stopwatch.GetElapsedTime(_started) >= limit)
        {
            _limits.Reached = _limits.Reached == ReachedLimit.None && limit == _orders.Timeout ? ReachedLimit.Timeout : _limits.Reached;
            _killAfter = null;
            _limits.Kill(_process);
        }
    }

    private void PassOn()
    {
        SignalInfo info;
        while (Libc.read(_signals, &info, sizeof(SignalInfo)) == sizeof(SignalInfo))
        {
            if (!IsOwn(info))
            {
                PassOn((Signal)info.Signal);
            }
        }
    }

    /// <summary>Whether a signal tells of a child of the launcher's own, or of a pipe that nobody reads from it.</summary>
    private static bool IsOwn(in SignalInfo info) => (Signal)info.Signal switch
    {
        Signal.SIGCHLD => info.Code > 0,
        Signal.SIGPIPE => info.SenderPid == Environment.ProcessId,
        _ => false,
    };

    private void PassOn(Signal signal)
    {
        switch (signal)
        {
            case Signal.SIGWINCH when _orders.Terminal?.FollowSize() == true:
                // The kernel has told who is in the foreground.
                break;
            case Signal.SIGHUP when _orders.Terminal is { IsConsole: true }:
            case Signal.SIGTERM:
                StopInTime();
                _process.Send(_orders.StopSignal);
                break;
            case Signal.SIGTSTP:
            case Signal.SIGTTIN:
            case Signal.SIGTTOU:
                Stop(signal);
                break;
            case Signal.SIGCONT:
                _process.Send(signal);
                _orders.Terminal?.Resume();
                break;
            default:
                _process.Send(signal);
                break;
        }
    }

    /// <summary>A hang-up asks an init to read its files again, and nobody else would ever switch this system off: no name leads to it.</summary>
    private void SwitchOffWhereLeft()
    {
        if (!_isLeft && _orders.Terminal is { IsLeft: true })
        {
            _isLeft = true;
            PassOn(Signal.SIGTERM);
        }
    }

    private void StopInTime()
    {
        if (_orders.StopTimeout is { } patience)
        {
            TimeSpan end = Stopwatch.GetElapsedTime(_started) + patience;
            _killAfter = _killAfter is { } sooner && sooner < end ? sooner : end;
        }
    }

    /// <summary>PID 1 stops everything inside; the shell that waits for the launcher must see it stopped too, and have its terminal back.</summary>
    private void Stop(Signal signal)
    {
        _process.Send(signal);
        _orders.Terminal?.Suspend();
        Libc.kill(Environment.ProcessId, Signal.SIGSTOP);
    }
}
