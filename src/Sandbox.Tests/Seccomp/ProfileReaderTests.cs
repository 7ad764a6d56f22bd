using System.Text;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Seccomp;

/// <summary>A profile is taken whole or refused with the place that is wrong, never half understood.</summary>
public class ProfileReaderTests
{
    [Test]
    [Arguments("", "")]
    [Arguments("{", "")]
    [Arguments("[]", "it must be an object")]
    [Arguments("{}", "'defaultAction' is missing")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALOW"}""", "defaultAction: 'SCMP_ACT_ALOW' is no action")]
    [Arguments("""{"defaultAction": 7}""", "defaultAction: it must be a string")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "defaultAction": "SCMP_ACT_KILL"}""", "'defaultAction' is there twice")]
    [Arguments("""{"defaultAction": "SCMP_ACT_NOTIFY"}""", "defaultAction: SCMP_ACT_NOTIFY cannot be the default")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4096}""", "defaultErrnoRet: 4096 is not an integer from 0 to 4095")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": -1}""", "defaultErrnoRet: -1 is not")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}""", "defaultErrnoRet: SCMP_ACT_ALLOW has no error number")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": {}}""", "syscalls: it must be an array")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"action": "SCMP_ACT_KILL"}]}""", "syscalls[0]: it names no system call")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"name": "a", "names": ["b"], "action": "SCMP_ACT_KILL"}]}""", "syscalls[0]: 'name' and 'names'")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"]}]}""", "syscalls[0]: 'action' is missing")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 6, "op": "SCMP_CMP_EQ"}]}]}""", "syscalls[0].args[0].index: 6 is not an integer from 0 to 5")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "op": "=="}]}]}""", "syscalls[0].args[0].op: '==' is no comparison")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "op": "SCMP_CMP_EQ"}]}]}""", "syscalls[0].args[0]: 'value' is missing")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"value": 0, "op": "SCMP_CMP_EQ"}]}]}""", "syscalls[0].args[0]: 'index' is missing")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "value": 0}]}]}""", "syscalls[0].args[0]: 'op' is missing")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": 1.5}]}]}""", "syscalls[0].args[0].value: 1.5 is not")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "includes": {"caps": ["SYS_ADMIN"]}}]}""", "syscalls[0].includes.caps[0]: 'SYS_ADMIN' is no capability")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_KILL", "excludes": {"minKernel": "new"}}]}""", "syscalls[0].excludes.minKernel: 'new' is no kernel version")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_NOTIFY"}]}""", "SCMP_ACT_NOTIFY needs a 'listenerPath'")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_65"]}""", "architectures[0]: 'SCMP_ARCH_X86_65' is no architecture")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86"], "archMap": []}""", "archMap: 'architectures' is there too")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_NEW"]}""", "flags[0]: 'SECCOMP_FILTER_FLAG_NEW' is no flag")]
    public async Task What_is_wrong_is_refused_with_its_place(string json, string why)
    {
        SandboxException refusal = (await Assert.That(() => Read(json)).Throws<SandboxException>())!;
        await Assert.That(refusal.Message).StartsWith($"cannot use the seccomp profile p.json: {why}");
        await Assert.That(refusal.ExitCode).IsEqualTo(125);
    }

    [Test]
    public async Task The_runtime_specifications_form_is_read()
    {
        SeccompProfile profile = Read(
            """
            {
              "defaultAction": "SCMP_ACT_TRACE", "defaultErrnoRet": 5, "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32", "SCMP_ARCH_MIPS"],
              "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_TSYNC"], "listenerPath": "/run/l", "listenerMetadata": "m", "future": {},
              "syscalls": [{"names": ["open", "openat"], "action": "SCMP_ACT_NOTIFY", "args": null}]
            }
            """);
        SeccompFilter filter = FilterCompiler.Compile(profile, new FilterContext(Abi.X64, 0, new KernelVersion(6, 1)));

        await Assert.That(profile.DefaultAction).IsEqualTo(SeccompAction.Trace(5));
        await Assert.That(profile.Architectures.SequenceEqual([Abi.X64, Abi.X32])).IsTrue();
        await Assert.That(filter.Flags).IsEqualTo(FilterFlags.SECCOMP_FILTER_FLAG_LOG | FilterFlags.SECCOMP_FILTER_FLAG_NEW_LISTENER);
        await Assert.That(filter.ListenerPath).IsEqualTo("/run/l");
        await Assert.That(profile.ListenerMetadata).IsEqualTo("m");
    }

    /// <summary>A real profile that others wrote: Podman's, from Debian's golang-github-containers-common.</summary>
    [Test]
    public async Task Podmans_profile_means_what_libseccomp_makes_of_it()
    {
        byte[] json = await File.ReadAllBytesAsync("/usr/share/containers/seccomp.json");
        SeccompProfile profile = ProfileReader.Read(json, "seccomp.json", Abi.X64);
        FilterContext context = new(Abi.X64, 1UL << (int)Capability.CAP_SYS_CHROOT, new KernelVersion(6, 18));
        LibSeccompProgram theirs = (await LibSeccomp.Compile(
            [new LibSeccompRequest(Encoding.UTF8.GetString(json), ["CAP_SYS_CHROOT"], "6.18", Optimize: true)]))[0];
        VerdictComparison comparison = new(profile, context, FilterCompiler.Compile(profile, context).Program.ToArray(), theirs);
        await Assert.That(comparison.Run(new Random(7))).IsEmpty();
    }

    [Test]
    public async Task A_program_that_the_kernel_would_not_take_is_refused()
    {
        string rules = string.Join(",", Enumerable.Range(0, 3000).Select(i =>
            $$"""{"names": ["ioctl"], "action": "SCMP_ACT_KILL", "args": [{"index": 1, "value": {{i * 7}}, "op": "SCMP_CMP_EQ"}, {"index": 2, "value": 1, "op": "SCMP_CMP_EQ"}]}"""));
        SeccompProfile profile = Read($$"""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{{rules}}]}""");
        SandboxException refusal = (await Assert.That(() => FilterCompiler.Compile(profile, new FilterContext(Abi.X64, 0, default))).Throws<SandboxException>())!;
        await Assert.That(refusal.Message).Contains("at most 4096");
    }

    private static SeccompProfile Read(string json) => ProfileReader.Read(Encoding.UTF8.GetBytes(json), "p.json", Abi.X64);

    /// <summary>config-linux.md, Seccomp: where SCMP_ACT_NOTIFY is not used, the path of a listener is ignored, and so is how it is waited for.</summary>
    [Test]
    public async Task Where_nobody_is_asked_there_is_no_listener()
    {
        const string start = """{"defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/l", "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"], "syscalls": [""";
        SeccompProfile silent = Read(start + "]}");
        await Assert.That((silent.ListenerPath, silent.Flags)).IsEqualTo((null, FilterFlags.None));
        SeccompProfile asking = Read(start + """{"names": ["mkdir"], "action": "SCMP_ACT_NOTIFY"}]}""");
        await Assert.That((asking.ListenerPath, asking.Flags)).IsEqualTo(("/run/l", FilterFlags.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV));
    }
}
