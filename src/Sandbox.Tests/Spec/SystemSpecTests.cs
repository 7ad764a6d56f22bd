using Sandbox.CommandLine;
using Sandbox.Images;
using Sandbox.Spec;

namespace Sandbox.Tests.Spec;

/// <summary>What a whole system gets from <c>--boot</c>, and what it does not start without.</summary>
public class SystemSpecTests
{
    private static readonly IdMaps Ranges = new(IdMapWriter.Helpers, [new(0, 1000, 1), new(1, 100000, 65536)], [new(0, 1000, 1), new(1, 100000, 65536)]);

    [Test]
    public async Task One_id_is_too_few()
    {
        IdMaps single = new(IdMapWriter.Launcher, [new(0, 1000, 1)], [new(0, 1000, 1)]) { AllowsGroups = false };
        Refusal refusal = Build(single, "--boot").Refusal!;
        await Assert.That(refusal.Why).Contains("/etc/subuid");
    }

    [Test]
    public async Task Its_init_is_PID_1_with_what_the_interface_names()
    {
        RuntimeSpec spec = Build(Ranges, "--boot", "--credential", "a=b").Spec!;
        await Assert.That(spec.Process.Args).IsEquivalentTo(["init", "--word"]);
        foreach (string variable in (string[])["container=sandbox", "container_uuid=0123456789abcdef0123456789abcdef", "CREDENTIALS_DIRECTORY=/run/host/credentials"])
        {
            await Assert.That(spec.Process.Env).Contains(variable);
        }

        foreach (string place in (string[])["/run", "/tmp", "/run/host/proc", "/run/host/sys", "/run/host/credentials"])
        {
            await Assert.That(spec.Mounts.Select(mount => mount.Destination)).Contains(place);
        }

        await Assert.That(spec.Files.Select(file => file.Destination)).Contains("/run/host/container-manager").And.Contains("/run/host/os-release")
            .And.Contains("/run/host/credentials/name").And.DoesNotContain("/run/.containerenv");
    }

    /// <summary>There is one audit in a kernel: a system that may write to it is heard as the host.</summary>
    [Test]
    public async Task It_has_no_part_in_the_audit()
    {
        const int auditWrite = 29, auditControl = 30, auditRead = 37, systemAdministration = 21;
        ulong held = Build(Ranges, "--boot").Spec!.Process.Capabilities.Bounding;
        await Assert.That(held & ((1UL << auditWrite) | (1UL << auditControl) | (1UL << auditRead))).IsEqualTo(0UL);
        await Assert.That(held & (1UL << systemAdministration)).IsNotEqualTo(0UL);
    }

    [Test]
    public async Task What_is_the_machines_cannot_be_written() =>
        await Assert.That(Build(Ranges, "--boot").Spec!.Linux.ReadonlyPaths).Contains("/proc/sys").And.Contains("/proc/sysrq-trigger");

    [Test]
    [Arguments("state", true, true)]
    [Arguments("overlay", false, false)]
    public async Task What_does_not_last(string mode, bool readOnly, bool ownVar)
    {
        RuntimeSpec spec = Build(Ranges, "--boot", "--volatile", mode).Spec!;
        await Assert.That(spec.ReadOnlyRoot).IsEqualTo(readOnly);
        await Assert.That(spec.Mounts.Any(mount => mount.Destination == "/var")).IsEqualTo(ownVar);
    }

    private static (RuntimeSpec? Spec, Refusal? Refusal) Build(IdMaps maps, params string[] words)
    {
        HostFacts host = new()
        {
            CurrentDirectory = "/",
            Environment = _ => null,
            System = new SystemFacts("0123456789abcdef0123456789abcdef", "ID=host\n", [new("name", "value")]),
        };
        return RunSpec.Build((RunOptions)Arguments.Read(["run", .. words, "image", "--word"]), ImageConfig.None, ResolvedUser.Root, maps, host);
    }
}
