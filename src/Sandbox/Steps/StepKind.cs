namespace Sandbox.Steps;

/// <summary>What a step does.</summary>
internal enum StepKind : byte
{
    /// <summary>One system call, number and arguments as they stand; a failure ends the launch.</summary>
    Call,

    /// <summary>Takes one byte from the launcher; ends silently when there is none, because then the launcher is dead.</summary>
    Await,

    /// <summary>Finds the place of a mount beneath a root, and makes what is missing of it.</summary>
    FindTarget,

    /// <summary>Hides a file or a directory of the root, whichever it is, behind another.</summary>
    Cover,

    /// <summary>Passes over the steps behind it where the early child has done their work; of a mount it does what is left, and attaches it.</summary>
    UsePrepared,

    /// <summary>Compares bits of eight bytes that an earlier call filled in; a difference ends the launch.</summary>
    Expect,

    /// <summary>Compares eight bytes that an earlier call filled in; that they are the same ends the launch.</summary>
    Refuse,

    /// <summary>Takes one descriptor that the launcher sends.</summary>
    ReceiveDescriptor,

    /// <summary>Sends one descriptor to whoever holds the other end of a socket.</summary>
    SendDescriptor,

    /// <summary>Starts a thread beside this one that sends the descriptor of a slot as soon as that is filled.</summary>
    PassOn,

    /// <summary>Waits, without a system call, until that thread has done so.</summary>
    AwaitPassedOn,

    /// <summary>Closes all descriptors but the standard ones and a few.</summary>
    KeepOnly,

    /// <summary>Overwrites memory with a text and zeros.</summary>
    Erase,

    /// <summary>Adds a rule to a ruleset of landlock(7), for a file or for all beneath a directory.</summary>
    AllowBeneath,

    /// <summary>Tells the launcher the time, and what this process has used.</summary>
    Measure,

    /// <summary>Enters a namespace if that is allowed already, and empties the slot then.</summary>
    TryNamespace,

    /// <summary>Copies the procfs of a PID namespace that this process is not in, for lack of the right to make one.</summary>
    OpenProcesses,

    /// <summary>Makes a child of the launcher's that goes on with the program, and ends.</summary>
    HandOver,

    /// <summary>Makes a device node or a FIFO beneath a root.</summary>
    MakeNode,

    /// <summary>Copies what is in a directory into another.</summary>
    CopyTree,

    /// <summary>Gives a directory the mode of another.</summary>
    CopyMode,

    /// <summary>Tells the launcher how far the launch is.</summary>
    Tell,

    /// <summary>Runs a program of others', with the container's state on its standard input, to its end.</summary>
    RunHook,

    /// <summary>Checks that no candidate of the command leads to sandbox's own executable.</summary>
    InspectCommand,

    /// <summary>Checks that the command's user may execute one of its candidates.</summary>
    ProveRights,

    /// <summary>Waits for the end of the launcher or of a process, and ends that process.</summary>
    Guard,

    /// <summary>Starts the steps behind it in a process of their own, and goes on as PID 1.</summary>
    StartCommand,

    /// <summary>Executes the first candidate of the command that can be executed.</summary>
    Execute,
}
