namespace Sandbox.CommandLine;

/// <summary>What of a system's root file system its image is used for (<c>--volatile</c>), in the words of systemd-nspawn.</summary>
internal enum VolatileMode
{
    /// <summary>Its /usr alone, which cannot be changed; all else is empty at the start.</summary>
    Yes,

    /// <summary>All of it, which cannot be changed; only /var is an empty place for changes.</summary>
    State,

    /// <summary>All of it, and what is changed is gone at the end.</summary>
    Overlay,
}
