using Sandbox.Syscalls;

namespace Sandbox.Seccomp;

/// <summary>
/// The profile that holds unless another is asked for: the rules of moby's default profile as of 2026, and six of ours.
/// i386's socketcall(2) is refused, because it hides the address family from the filter; TIOCSTI and TIOCLINUX are, because
/// with them a command types into the terminal that it shares with its caller (CVE-2017-5226 and its kin); TIOCSETD,
/// because with it that terminal is of no use to anybody any more, and code of the kernel's that nobody else runs is;
/// TIOCEXCL, because with it nobody can open that terminal again, not even to ask for a password; and TCXONC with TCOOFF,
/// because whoever writes to a terminal so stopped waits for ever, and no key makes it go on.
/// </summary>
internal static class DefaultProfile
{
    private const ulong TCXONC = 0x540A;
    private const ulong TCOOFF = 0;
    private const ulong TIOCEXCL = 0x540C;
    private const ulong TIOCSTI = 0x5412;
    private const ulong TIOCLINUX = 0x541C;
    private const ulong TIOCSETD = 0x5423;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.</summary>
    private const ulong NewNamespaces = 0x7E02_0000;

    /// <summary>PER_LINUX, PER_LINUX32, UNAME26, both, and the question which personality is set.</summary>
    private static ReadOnlySpan<uint> Personalities => [0x0, 0x8, 0x2_0000, 0x2_0008, 0xFFFF_FFFF];

    /// <summary>
    /// Address families from AF_DECnet (12) on that are allowed; all below are. Not among them: AF_ALG (38), the kernel's
    /// cryptography (CVE-2026-31431); AF_VSOCK (40), which no network namespace bounds; and those that the kernel has dropped.
    /// </summary>
    private static ReadOnlySpan<uint> AddressFamilies =>
        [13, 14, 15, 16, 17, 18, 21, 22, 24, 26, 27, 28, 29, 30, 31, 32, 33, 35, 36, 39, 41, 42, 43, 44, 45];

    private const int FirstJudgedFamily = 12;

    /// <summary>The profile as it is, and as <c>--nested</c> opens it.</summary>
    public static SeccompProfile Create(bool nested = false) => new()
    {
        DefaultAction = SeccompAction.Fail(Errno.EPERM),
        Architectures = [Abi.X64, Abi.I386, Abi.X32, Abi.Arm64],
        Rules =
        [
            ProfileRule.Allow(DefaultCalls.Always),
            ProfileRule.Allow("process_vm_readv process_vm_writev ptrace") with
            {
                Includes = new ProfileFilter { MinimumKernel = new KernelVersion(4, 8) },
            },
            ProfileRule.Allow("socket", ArgumentCondition.FromProfile(0, Comparison.Less, FirstJudgedFamily, 0)),
            .. AllowEach("socket", AddressFamilies),
            .. AllowEach("personality", Personalities),
            ProfileRule.Allow("arch_prctl modify_ldt") with { Includes = new ProfileFilter { Architectures = ["amd64"] } },
            .. AllowWithCapability(),
            .. nested ? OpenNamespaces() : CloseNamespaces(),
        ],
        Refusals =
        [
            Refuse("socketcall"),
            Refuse("ioctl", Request(TIOCSTI)),
            Refuse("ioctl", Request(TIOCLINUX)),
            Refuse("ioctl", Request(TIOCSETD)),
            Refuse("ioctl", Request(TIOCEXCL)),
            Refuse("ioctl", Request(TCXONC), ArgumentCondition.FromProfile(2, Comparison.MaskedEqual, uint.MaxValue, TCOOFF)),
        ],
    };

    /// <summary>For those who may not make namespaces anyway.</summary>
    private static ProfileRule[] CloseNamespaces() =>
    [
        ProfileRule.Allow("clone", ArgumentCondition.FromProfile(0, Comparison.MaskedEqual, NewNamespaces, 0)) with
        {
            Excludes = Holding(Capability.CAP_SYS_ADMIN),
        },
        ProfileRule.Allow("clone3") with
        {
            // Its flags lie behind a pointer. Programs fall back to clone only on ENOSYS.
            Action = SeccompAction.Fail(Errno.ENOSYS),
            Excludes = Holding(Capability.CAP_SYS_ADMIN),
        },
    ];

    /// <summary>For those who make sandboxes of their own, with a user namespace of their own.</summary>
    private static ProfileRule[] OpenNamespaces() =>
    [
        ProfileRule.Allow(DefaultCalls.Nested),

        // Of runtimes that make a keyring for each container, runc and crun go on without one on ENOSYS only.
        ProfileRule.Allow(DefaultCalls.Keys) with { Action = SeccompAction.Fail(Errno.ENOSYS) },
    ];

    private static List<ProfileRule> AllowWithCapability()
    {
        List<ProfileRule> rules = [];
        foreach ((Capability capability, string calls) in DefaultCalls.WithCapability())
        {
            rules.Add(ProfileRule.Allow(calls) with { Includes = Holding(capability) });
        }

        return rules;
    }

    private static ProfileRule[] AllowEach(string call, ReadOnlySpan<uint> values)
    {
        ProfileRule[] rules = new ProfileRule[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            rules[i] = ProfileRule.Allow(call, ArgumentCondition.FromProfile(0, Comparison.Equal, values[i], 0));
        }

        return rules;
    }

    private static ProfileRule Refuse(string call, params ReadOnlySpan<ArgumentCondition> conditions) =>
        ProfileRule.Allow(call, conditions) with { Action = SeccompAction.Fail(Errno.EPERM) };

    /// <summary>The kernel takes a request as 32 bits: those above must not hide it from the filter.</summary>
    private static ArgumentCondition Request(ulong request) =>
        ArgumentCondition.FromProfile(1, Comparison.MaskedEqual, uint.MaxValue, request);

    private static ProfileFilter Holding(Capability capability) => new() { Capabilities = [capability] };
}
