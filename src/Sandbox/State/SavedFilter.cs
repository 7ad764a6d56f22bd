namespace Sandbox.State;

/// <summary>By which filter the system calls of a sandbox go.</summary>
internal enum SavedFilter
{
    /// <summary>The default profile's, for the capabilities of each command.</summary>
    Default,

    /// <summary>None at all.</summary>
    None,

    /// <summary>The program that was made of the user's profile, and is kept beside the record.</summary>
    Program,
}
