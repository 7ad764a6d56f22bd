namespace Sandbox.Spec;

/// <summary>Kinds of device nodes, by their numbers in a device program (BPF_DEVCG_DEV_*).</summary>
internal enum DeviceKind
{
    All = 0,
    Block = 1,
    Character = 2,
}
