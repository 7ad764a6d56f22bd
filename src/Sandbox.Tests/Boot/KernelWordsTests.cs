using System.Text;
using Sandbox.Boot;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Boot;

/// <summary>What the kernel's command line and machine.json say.</summary>
public sealed class KernelWordsTests
{
    [Test]
    public async Task Words_of_others_are_passed_over()
    {
        KernelWords words = KernelWords.Read("console=ttyS0 quiet sandboximage=x sandbox.other=y\n");
        await Assert.That(words.Apply([]).IsEmpty).IsTrue();
    }

    [Test]
    public async Task An_image_is_a_unit_and_its_command_has_words()
    {
        KernelWords words = KernelWords.Read("quiet sandbox.image=/i.tar sandbox.exec=\"httpd -f -p 80\" sandbox.console=main sandbox.then=poweroff\n");
        Unit unit = words.Apply([]).Single();
        await Assert.That(string.Join(' ', unit.Words)).IsEqualTo("sandbox run --quiet --name main /i.tar -- httpd -f -p 80");
        await Assert.That(unit.Then).IsEqualTo("poweroff");
    }

    [Test]
    public async Task The_console_goes_to_the_unit_that_is_named()
    {
        Unit[] units = [new() { Name = "a", Image = "i" }, new() { Name = "shell", Image = "i" }];
        await Assert.That(KernelWords.Read("sandbox.console=shell").Apply(units).Select(static unit => unit.OnConsole)).IsEquivalentTo([false, true]);
    }

    [Test]
    [Arguments("""{"addresses": {"eth0": "10.0.2.15"}}""")]
    [Arguments("""{"addresses": {"eth0": "10.0.2.256/24"}}""")]
    [Arguments("""{"addresses": {"eth0": "10.0.2.15/33"}}""")]
    [Arguments("""{"hostnames": "a"}""")]
    public async Task A_mistake_in_the_machines_settings_is_named(string text) =>
        await Assert.That(() => MachineConfigReader.Read(Encoding.UTF8.GetBytes(text))).Throws<SandboxException>();

    [Test]
    public async Task A_machine_is_what_its_file_says()
    {
        MachineConfig config = MachineConfigReader.Read(
            """{"hostname": "m", "modules": ["/a.ko"], "sysctls": {"kernel.panic": "10"}, "addresses": {"eth0": "10.0.2.15/24"}}"""u8);
        await Assert.That(config.Hostname).IsEqualTo("m");
        await Assert.That(config.Sysctls[0].Value).IsEqualTo("10");
        await Assert.That(config.Addresses[0].Key).IsEqualTo("eth0");
    }
}
