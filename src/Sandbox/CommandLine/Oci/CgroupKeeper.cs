namespace Sandbox.CommandLine;

/// <summary>Who makes the cgroups of containers.</summary>
internal enum CgroupKeeper
{
    Cgroupfs,
    Systemd,
    Disabled,
}
