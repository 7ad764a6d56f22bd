namespace Sandbox.Syscalls;

/// <summary>Flags of seccomp(2) that a profile can ask for.</summary>
[Flags]
internal enum FilterFlags : uint
{
    None = 0,
    SECCOMP_FILTER_FLAG_LOG = 0x02,
    SECCOMP_FILTER_FLAG_SPEC_ALLOW = 0x04,
    SECCOMP_FILTER_FLAG_NEW_LISTENER = 0x08,
    SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV = 0x20,
}
