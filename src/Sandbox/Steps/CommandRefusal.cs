namespace Sandbox.Steps;

/// <summary>What made the command impossible to execute, where errno alone does not tell.</summary>
internal enum CommandRefusal
{
    None = 0,

    /// <summary>The command, its #! interpreter or its ELF interpreter is sandbox's own executable, or a magic link, or there is no end to them.</summary>
    OwnExecutable = 1,

    /// <summary>The command is there, but an interpreter that it names is not.</summary>
    InterpreterMissing = 2,

    /// <summary>The command, or an interpreter that it names, cannot be read, so that nobody knows where it leads.</summary>
    Unreadable = 3,

    /// <summary>There is no such file.</summary>
    Missing = 4,

    /// <summary>It is no regular file, or one that nobody may execute.</summary>
    NotExecutable = 5,
}
