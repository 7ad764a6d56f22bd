namespace Sandbox.Steps;

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
