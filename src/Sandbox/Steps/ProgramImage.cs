using System.Runtime.InteropServices;
using Sandbox.Syscalls;

namespace Sandbox.Steps;

/// <summary>A launch program as the child sees it: the steps, the slots, and what PID 1 needs once they are done.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ProgramImage
{
    public Step* Steps;
    public int StepCount;

    /// <summary>The index of the step that starts the command; equal to <see cref="StepCount"/> when there is none.</summary>
    public int CommandStart;

    /// <summary>Descriptors by slot; -1 where a tolerated failure left none.</summary>
    public int* Slots;

    public InitParameters Init;

    /// <summary>The upper end of the stack that the command's process runs on until it executes.</summary>
    public byte* CommandStackTop;

    /// <summary>Set by the command's process, which shares this memory, when one of its steps failed.</summary>
    public int CommandFailed;
}

/// <summary>The slots and words that PID 1 works with.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct InitParameters
{
    /// <summary>What the process does once it has started the command.</summary>
    public StarterRole Role;

    /// <summary>Slot of the signalfd.</summary>
    public short Signals;

    /// <summary>Slot of the pipe whose other end only the launcher holds: its closing ends everything.</summary>
    public short Lifeline;

    /// <summary>Slot of the pipe that failures and the command's end are written to.</summary>
    public short Report;

    /// <summary>Slot of the descriptor of /dev/null that takes the place of 0-2 in PID 1.</summary>
    public short Null;

    /// <summary>Slot of the sandbox's procfs, by which PID 1 looks at what was executed.</summary>
    public short Processes;

    /// <summary>The command, where PID 1 is to look at what was executed; else null.</summary>
    public CommandImage* Command;

    /// <summary>Address of the struct sock_fprog of PID 1's own filter.</summary>
    public nint Filter;

    /// <summary>The capabilities that it keeps.</summary>
    public uint Capabilities;
}

/// <summary>What a process does that has started the command of its program.</summary>
internal enum StarterRole
{
    /// <summary>It is PID 1 of the sandbox, and ends it with the command.</summary>
    Init = 0,

    /// <summary>It stays outside of the sandbox's PID namespace, and answers for the one command.</summary>
    Watcher = 1,

    /// <summary>It ends at once; the command goes on as nobody's.</summary>
    Leaver = 2,
}

/// <summary>What a report is about.</summary>
internal enum ReportKind
{
    None = 0,

    /// <summary>A step failed: its index and errno.</summary>
    StepFailed = 1,

    /// <summary>The command ended: its wait status.</summary>
    Ended = 2,

    /// <summary>PID 1 could not be made safe beside the command: the number of its system call, and errno.</summary>
    InitFailed = 3,

    /// <summary>The command is executed: its PID, as the one who started it sees it.</summary>
    Started = 4,

    /// <summary>The command is about to be started: a <see cref="Figure"/>, and its microseconds in the two last members, the low half first.</summary>
    Measured = 5,

    /// <summary>Another process carries out the rest of the program: its PID.</summary>
    HandedOver = 6,

    /// <summary>A container's process is so far: its stage.</summary>
    Reached = 7,
}

/// <summary>What is measured before the command is started.</summary>
internal enum Figure
{
    /// <summary>CLOCK_MONOTONIC.</summary>
    Clock = 0,

    /// <summary>What the process that becomes PID 1 has used.</summary>
    UserTime = 1,

    SystemTime = 2,
}

/// <summary>One record of the report pipe, written at once (it is shorter than PIPE_BUF).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Report
{
    public ReportKind Kind;

    /// <summary>Index of the step that failed, or the number of PID 1's system call.</summary>
    public int Step;

    /// <summary>errno of what failed, or the wait status of the command, or its PID.</summary>
    public int Value;

    /// <summary>What of a compound step failed, as its kind defines.</summary>
    public int Detail;
}

/// <summary>What a process needs that sends a descriptor on: where it will be, and what it goes over.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct HandOver
{
    /// <summary>The slot's place; -1 there until the descriptor exists.</summary>
    public int* Descriptor;

    public int Socket;

    public MessageHeader* Message;

    /// <summary>The part of the message that takes the descriptor.</summary>
    public DescriptorMessage* Control;

    /// <summary>Not zero once it has gone.</summary>
    public volatile int Sent;
}

/// <summary>The command as <see cref="StepKind.Execute"/> takes it: paths to try in turn, arguments and environment.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CommandImage
{
    /// <summary>NULL-terminated.</summary>
    public byte** Candidates;

    /// <summary>NULL-terminated.</summary>
    public byte** Arguments;

    /// <summary>NULL-terminated.</summary>
    public byte** Environment;

    /// <summary>Device and inode of sandbox's own executable, which must never run as the command.</summary>
    public ulong OwnDevice;

    public ulong OwnInode;

    /// <summary>The mount through which alone it counts; 0 for any.</summary>
    public ulong OwnMount;
}

/// <summary>What made the command impossible to execute, where errno alone does not tell.</summary>
internal enum CommandRefusal
{
    None = 0,

    /// <summary>The command, its #! interpreter or its ELF interpreter is sandbox's own executable, or a magic link.</summary>
    OwnExecutable = 1,

    /// <summary>The command is there, but an interpreter that it names is not.</summary>
    InterpreterMissing = 2,

    /// <summary>The command, or an interpreter that it names, cannot be read, so that nobody knows where it leads.</summary>
    Unreadable = 3,

    /// <summary>There is no such file.</summary>
    Missing = 4,
}
