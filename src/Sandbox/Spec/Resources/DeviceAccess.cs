namespace Sandbox.Spec;

/// <summary>What is done with a device node, by its bits in a device program (BPF_DEVCG_ACC_*).</summary>
[Flags]
internal enum DeviceAccess
{
    None = 0,
    Make = 1,
    Read = 2,
    Write = 4,
    All = 7,
}
