namespace Sandbox.Plan;

/// <summary>How a child comes into the cgroup of its sandbox.</summary>
internal enum CgroupEntry
{
    /// <summary>It has none of its own, and stays in the launcher's.</summary>
    None,

    /// <summary>clone3(2) makes it there.</summary>
    Cloned,

    /// <summary>It waits until the launcher has had it moved there.</summary>
    Moved,
}
