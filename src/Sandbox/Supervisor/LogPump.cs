using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Supervisor;

/// <summary>Brings what the command writes into the log. It reads whatever comes, at once: a command never waits for longer than that takes.</summary>
internal sealed unsafe class LogPump : IDisposable
{
    /// <summary>How many descriptors it has polled.</summary>
    public const int DescriptorCount = 3;

    private const int StandardOutput = 1, StandardError = 2;

    private readonly LogWriter _writer;
    private readonly OutputBudget? _budget;
    private readonly byte* _room = (byte*)NativeMemory.Alloc(LogRecord.LongestHead + LogRecord.LongestText);
    private long _taken;
    private SafeFileHandle? _output;
    private SafeFileHandle? _error;
    private SafeFileHandle? _console;
    private SafeFileHandle? _terminal;

    /// <param name="pipes">What it reads; they stay the caller's.</param>
    /// <param name="writer">The log, owned from here on.</param>
    /// <param name="budget">What the command may still write; null for as much as it likes.</param>
    public LogPump(OutputPipes pipes, LogWriter writer, OutputBudget? budget)
    {
        _writer = writer;
        _budget = budget;
        (_output, _error, _console) = pipes.Read;
    }

    /// <summary>Says what it waits for.</summary>
    public void Await(PollDescriptor* polled)
    {
        polled[0] = PollDescriptor.On(_output, PollEvents.POLLIN);
        polled[1] = PollDescriptor.On(_error, PollEvents.POLLIN);
        polled[2] = PollDescriptor.On(_console, PollEvents.POLLIN);
    }

    /// <summary>Moves what has come.</summary>
    public void Move(PollDescriptor* polled)
    {
        if (polled[2].Returned != PollEvents.None)
        {
            // Only what a terminal shows is left then: its two streams are one. The command may take back what it wrote
            // (tcflush(3)) after it was seen: no read waits for more.
            _terminal = Libc.TryReceiveDescriptor(_console!);
            _ = _terminal is null ? 0 : Libc.SetNonBlocking(_terminal);
            (_output, _console) = (_terminal, null);
            return;
        }

        Move(ref _output, StandardOutput, polled[0].Returned);
        Move(ref _error, StandardError, polled[1].Returned);
    }

    /// <summary>Takes what is still there; nobody of the sandbox is left to write more.</summary>
    public void Finish()
    {
        PollDescriptor* polled = stackalloc PollDescriptor[DescriptorCount];
        long most = _taken + Left(_output) + Left(_error) + (_console is null ? 0 : LastWords.Most(null));
        Await(polled);
        while (_taken < most && Libc.poll(polled, DescriptorCount, 0) > 0)
        {
            Move(polled);
            Await(polled);
        }
    }

    public void Dispose()
    {
        NativeMemory.Free(_room);
        _terminal?.Dispose();
        _writer.Dispose();
    }

    /// <summary>What may be left of a stream; of one that has ended nothing is.</summary>
    private static int Left(SafeFileHandle? from) => from is null ? 0 : LastWords.Most(from);

    private void Move(ref SafeFileHandle? from, int stream, PollEvents returned)
    {
        if (from is null || returned == PollEvents.None)
        {
            return;
        }

        // EIO is a terminal's way of saying that nobody has it open any more.
        nint length = Libc.read(from, _room + LogRecord.LongestHead, LogRecord.LongestText);
        if (length > 0)
        {
            _taken += length;
            int kept = _budget?.Take((int)length) ?? (int)length;
            if (kept > 0)
            {
                _writer.Add(_room, kept, stream);
            }

            from = _budget?.IsOver == true ? null : from;
        }
        else if (length == 0 || (Errno)Marshal.GetLastPInvokeError() != Errno.EAGAIN)
        {
            from = null;
        }
    }
}
