using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>The default profile's program says what libseccomp's says for the same rules, whatever capabilities are kept.</summary>
public class DefaultProfileTests
{
    private static readonly Capability[][] CapabilitySets =
    [
        [],
        [Capability.CAP_SYS_CHROOT],
        [Capability.CAP_SYS_ADMIN],
        [Capability.CAP_SYS_PTRACE, Capability.CAP_SYS_TIME, Capability.CAP_BPF, Capability.CAP_SYSLOG],
        Enum.GetValues<Capability>(),
    ];

    [Test]
    public async Task No_call_gets_another_verdict_than_libseccomp_gives()
    {
        SeccompProfile profile = DefaultProfile.Create();
        string json = ProfileJson.Write(profile);
        IReadOnlyList<LibSeccompProgram> theirs = await LibSeccomp.Compile(CapabilitySets.Select(set =>
            new LibSeccompRequest(json, [.. set.Select(capability => capability.ToString())], "6.18", Optimize: true)));
        for (int i = 0; i < CapabilitySets.Length; i++)
        {
            FilterContext context = new(Abi.X64, Bits(CapabilitySets[i]), new KernelVersion(6, 18));
            ulong[] ours = FilterCompiler.Compile(profile, context).Program.ToArray();
            VerdictComparison comparison = new(profile, context, ours, theirs[i]);
            await Assert.That(theirs[i].RefusedRules).IsEmpty();
            await Assert.That(comparison.Run(new Random(i))).IsEmpty();
            await Assert.That(comparison.Judged).IsGreaterThan(4000);
            await Assert.That(ours.Length).IsLessThan(theirs[i].Program.Length / 2);
        }
    }

    /// <summary>The same for the tables of a machine that nothing runs on yet.</summary>
    [Test]
    public async Task No_call_of_arm64_gets_another_verdict_either()
    {
        SeccompProfile profile = DefaultProfile.Create();
        FilterContext context = new(Abi.Arm64, Bits(CapabilitySets[1]), new KernelVersion(6, 18));
        LibSeccompProgram theirs = (await LibSeccomp.Compile(
            [new LibSeccompRequest(ProfileJson.Write(profile), ["CAP_SYS_CHROOT"], "6.18", Optimize: true, Abi.Arm64)]))[0];
        VerdictComparison comparison = new(profile, context, FilterCompiler.Compile(profile, context).Program.ToArray(), theirs);
        await Assert.That(theirs.RefusedRules).IsEmpty();
        await Assert.That(comparison.Run(new Random(9))).IsEmpty();
        await Assert.That(comparison.Judged).IsGreaterThan(1400);
    }

    /// <summary>What the profile is for, said once in plain words: the rules must not be got wrong in one place for both.</summary>
    [Test]
    [Arguments("clone3", 0, 0, nameof(Errno.ENOSYS))]
    [Arguments("clone", 0x1000_0000, 0, nameof(Errno.EPERM))]
    [Arguments("clone", 0x11, 0, nameof(Errno.None))]
    [Arguments("socket", 38, 0, nameof(Errno.EPERM))]
    [Arguments("socket", 40, 0, nameof(Errno.EPERM))]
    [Arguments("socket", 2, 0, nameof(Errno.None))]
    [Arguments("io_uring_setup", 0, 0, nameof(Errno.EPERM))]
    [Arguments("io_uring_enter", 0, 0, nameof(Errno.EPERM))]
    [Arguments("io_uring_register", 0, 0, nameof(Errno.EPERM))]
    [Arguments("ioctl", 0, 0x5412, nameof(Errno.EPERM))]
    [Arguments("ioctl", 0, 0x1_0000_5412, nameof(Errno.EPERM))]
    [Arguments("ioctl", 0, 0x541C, nameof(Errno.EPERM))]
    [Arguments("ioctl", 0, 0x5413, nameof(Errno.None))]
    [Arguments("unshare", 0, 0, nameof(Errno.EPERM))]
    [Arguments("mount", 0, 0, nameof(Errno.EPERM))]
    [Arguments("bpf", 0, 0, nameof(Errno.EPERM))]
    [Arguments("keyctl", 0, 0, nameof(Errno.EPERM))]
    [Arguments("userfaultfd", 0, 0, nameof(Errno.EPERM))]
    [Arguments("open_by_handle_at", 0, 0, nameof(Errno.EPERM))]
    [Arguments("kexec_load", 0, 0, nameof(Errno.EPERM))]
    [Arguments("ptrace", 0, 0, nameof(Errno.None))]
    [Arguments("chroot", 0, 0, nameof(Errno.None))]
    [Arguments("file_setattr", 0, 0, nameof(Errno.ENOSYS))]
    [Arguments("execve", 0, 0, nameof(Errno.None))]
    public async Task A_call_has_its_verdict(string call, long first, long second, string errno)
    {
        new SystemCallTable(Abi.X64).TryGetNumber(call, out uint number);
        SeccompAction verdict = BpfMachine.Run(
            PrecompiledFilters.WithDefaultCapabilities, Abi.X64.AuditArchitecture(), number, [(ulong)first, (ulong)second, 0, 0, 0, 0]).Verdict;
        await Assert.That(verdict).IsEqualTo(errno == nameof(Errno.None) ? SeccompAction.Allow : SeccompAction.Fail(Enum.Parse<Errno>(errno)));
    }

    /// <summary>At EPERM runc and crun make no container.</summary>
    [Test]
    [Arguments("add_key")]
    [Arguments("keyctl")]
    [Arguments("request_key")]
    public async Task For_those_who_make_containers_keyrings_are_unknown(string call)
    {
        foreach (Abi abi in (Abi[])[Abi.X64, Abi.I386])
        {
            new SystemCallTable(abi).TryGetNumber(call, out uint number);
            await Assert.That(BpfMachine.Run(PrecompiledFilters.Nested, abi.AuditArchitecture(), number, [0, 0, 0, 0, 0, 0]).Verdict).IsEqualTo(SeccompAction.Fail(Errno.ENOSYS));
        }
    }

    [Test]
    public async Task The_socket_multiplexer_of_i386_is_closed()
    {
        SeccompAction verdict = BpfMachine.Run(
            PrecompiledFilters.WithDefaultCapabilities, Abi.I386.AuditArchitecture(), 102, [1, 0, 0, 0, 0, 0]).Verdict;
        await Assert.That(verdict).IsEqualTo(SeccompAction.Fail(Errno.EPERM));
    }

    /// <summary>Plain allows are cached by the kernel; these are not, and each instruction costs.</summary>
    [Test]
    [Arguments("socket", 2)]
    [Arguments("socket", 16)]
    [Arguments("socket", 38)]
    [Arguments("personality", 0xFFFF_FFFF)]
    [Arguments("personality", 0x40_0000)]
    [Arguments("clone", 0x11)]
    public async Task Calls_judged_by_their_arguments_cost_less_than_with_libseccomp(string call, long argument)
    {
        LibSeccompProgram theirs = (await LibSeccomp.Compile(
            [new LibSeccompRequest(ProfileJson.Write(DefaultProfile.Create()), ["CAP_SYS_CHROOT"], "6.18", Optimize: true)]))[0];
        new SystemCallTable(Abi.X64).TryGetNumber(call, out uint number);
        ulong[] arguments = [(ulong)argument, 0, 0, 0, 0, 0];
        int ours = BpfMachine.Run(PrecompiledFilters.WithDefaultCapabilities, Abi.X64.AuditArchitecture(), number, arguments).Steps;
        int libseccomp = BpfMachine.Run(theirs.Program, Abi.X64.AuditArchitecture(), number, arguments).Steps;
        Console.WriteLine($"{call} {argument}: {ours} instructions, {libseccomp} in libseccomp's program");
        await Assert.That(ours).IsLessThanOrEqualTo(libseccomp * 8 / 10);
    }

    private static ulong Bits(Capability[] set) => set.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability);
}
