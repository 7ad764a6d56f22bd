namespace Sandbox.Cgroups;

/// <summary>One limit as the kernel takes it: an interface file of cgroup v2 and the text for it.</summary>
internal sealed record CgroupSetting(string File, string Value)
{
    /// <summary>What takes its place where the kernel has no such file; null where nothing does.</summary>
    public CgroupSetting? Otherwise { get; init; }

    /// <summary>Whether nothing is lost where the kernel has no such file: there is then nothing to be limited.</summary>
    public bool IfThere { get; init; }

    /// <summary>Who brings the file; none for cgroup.*, which every directory has.</summary>
    public Controllers Controller => ControllerNames.OfFile(File);
}
