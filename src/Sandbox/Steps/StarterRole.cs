namespace Sandbox.Steps;

/// <summary>What a process does that has started the command of its program.</summary>
internal enum StarterRole
{
    /// <summary>It is PID 1 of the sandbox, and ends it with the command.</summary>
    Init = 0,

    /// <summary>It stays outside of the sandbox's PID namespace, and answers for the one command.</summary>
    Watcher = 1,

    /// <summary>It ends at once; the command goes on as nobody's, or as that of an engine which has made itself the reaper of orphans.</summary>
    Leaver = 2,

    /// <summary>It ends at once, inside, where PID 1 takes the command for its own.</summary>
    LeaverToInit = 3,
}
