using System.Text.Json.Nodes;
using Sandbox.Syscalls;
using Sandbox.Tests.Spec.Config;

namespace Sandbox.Tests.Oci.Specification;

/// <summary>config-linux.md, Seccomp. The listener and the container process state are in OciListenerTests, all that a filter decides in the tests of filters.</summary>
[Category(Category.Root)]
public class LinuxSeccompTests
{
    /// <summary>config-linux.md, Seccomp: an action without an error number is given none, a rule names a call, and what is for a listener has one.</summary>
    [Test]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1}""", "defaultErrnoRet: SCMP_ACT_ALLOW has no error number")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir"], "action": "SCMP_ACT_KILL", "errnoRet": 1}]}""", "errnoRet: SCMP_ACT_KILL has no error number")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": [], "action": "SCMP_ACT_KILL"}]}""", "it names no system call")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "words"}""", "listenerMetadata: 'words' is for a listener, and there is no 'listenerPath'")]
    [Arguments("""{"defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_NONE"]}""", "'SECCOMP_FILTER_FLAG_NONE' is no flag")]
    public async Task What_cannot_be_is_an_error(string filter, string why) =>
        await Assert.That(() => ConfigScene.Read("linux.seccomp", filter)).Throws<SandboxException>().WithMessageContaining(why);

    /// <summary>config-linux.md, Seccomp: a call fails with the number that is named, and with EPERM where none is.</summary>
    [Test]
    [Arguments(28, "No space left on device")]
    [Arguments(null, "Operation not permitted")]
    public async Task A_call_fails_with_its_error_number(int? errno, string words)
    {
        using OciScene scene = await OciScene.Make("mkdir", "/made");
        JsonObject rule = new() { ["names"] = new JsonArray("mkdir", "mkdirat"), ["action"] = "SCMP_ACT_ERRNO" };
        if (errno is { } number)
        {
            rule["errnoRet"] = number;
        }

        scene.Config["linux"]!["seccomp"] = new JsonObject { ["defaultAction"] = "SCMP_ACT_ALLOW", ["syscalls"] = new JsonArray(rule) };
        CommandResult result = await scene.Do("run", "one");
        await Assert.That(result.Error).Contains(words);
        await Assert.That(Directory.Exists(Path.Combine(scene.Bundle, "rootfs", "made"))).IsFalse();
    }
}
