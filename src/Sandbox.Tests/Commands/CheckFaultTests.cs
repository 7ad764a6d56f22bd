using System.Text.Json;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Commands;

/// <summary>No row of the check says that something works which the kernel refuses.</summary>
public class CheckFaultTests
{
    /// <summary>Each row is an attempt: it says so where the kernel refuses that one call.</summary>
    [Test]
    [Arguments("mount:error=ENODEV", "other namespaces", "cannot keep mounts to the sandbox: mount: No such device")]
    [Arguments("mount:error=ENODEV", "overlay", "cannot keep mounts to the sandbox: mount: No such device")]
    [Arguments("mount:error=ENODEV", "a new /proc", "cannot keep mounts to the sandbox: mount: No such device")]
    [Arguments("mount:error=ENODEV:when=3", "overlay", "cannot mount an overlay: mount: No such device")]
    [Arguments("mount:error=EPERM:when=3", "a new /proc", "cannot mount a new proc: mount: Operation not permitted")]
    [Arguments("seccomp:error=EINVAL", "seccomp", "cannot filter system calls: seccomp: Invalid argument")]
    [Arguments("landlock_restrict_self:error=EOPNOTSUPP", "Landlock", "cannot restrict access to files (Landlock): landlock_restrict_self: Operation not supported")]
    [Arguments("socket:error=EAFNOSUPPORT", "network: AF_INET6", "cannot open AF_INET6: socket: Address family not supported by protocol")]
    [Arguments("clone3:error=EACCES", "user namespace", "cannot make a user namespace: Permission denied")]
    public async Task What_the_kernel_refuses_is_not_said_to_work(string fault, string row, string found)
    {
        CommandResult result = await Command.Run(
            "strace", ["-f", "-qq", "-o", "/dev/null", "-e", "inject=" + fault, Repository.Executable, "check", "--json", "--userns", "single", "--root", Inside.Store]);
        JsonElement check = JsonDocument.Parse(result.OutputBytes).RootElement.GetProperty("Checks").EnumerateArray().First(one => one.GetProperty("Name").GetString() == row);
        await Assert.That((check.GetProperty("Works").GetBoolean(), check.GetProperty("Found").GetString())).IsEqualTo((false, found));
    }
}
