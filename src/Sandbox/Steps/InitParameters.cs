using System.Runtime.InteropServices;

namespace Sandbox.Steps;

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

    /// <summary>Whether it gives up its rights before the command can run, which may trace it.</summary>
    public int SurrendersFirst;

    /// <summary>The capabilities that it keeps.</summary>
    public uint Capabilities;
}
