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
        KernelWords words = KernelWords.Read("console=ttyS0 quiet sandboximage=x root=/dev/ro\n");
        await Assert.That(words.Apply([]).IsEmpty).IsTrue();
        await Assert.That(words.Complaints([])).IsEmpty();
        await Assert.That(words.KeepsRoot).IsFalse();
    }

    [Test]
    [Arguments("sandbox.other=y", "cannot use 'sandbox.other=y' of the kernel's command line: allowed are ")]
    [Arguments("sandbox.then=sleep", "cannot use 'sandbox.then=sleep' of the kernel's command line: allowed are ")]
    [Arguments("sandbox.console", "cannot use 'sandbox.console' of the kernel's command line: allowed are ")]
    [Arguments("sandbox.console=shel", "cannot give the console to shel: there is no unit of that name")]
    public async Task A_word_that_does_nothing_is_told(string word, string expected) =>
        await Assert.That(KernelWords.Read($"quiet {word}\n").Complaints([new() { Name = "shell", Image = "i" }]).Single()).StartsWith(expected);

    [Test]
    public async Task A_root_that_is_to_stay_read_only_does() =>
        await Assert.That(KernelWords.Read("quiet ro\n").KeepsRoot).IsTrue();

    [Test]
    public async Task An_image_is_a_unit_and_its_command_has_words()
    {
        KernelWords words = KernelWords.Read("quiet sandbox.image=/i.tar sandbox.options=\"--userns host\" sandbox.exec=\"httpd -f -p 80\" sandbox.console=main sandbox.then=poweroff\n");
        Unit unit = words.Apply([]).Single();
        await Assert.That(string.Join(' ', unit.Words)).IsEqualTo("sandbox run --quiet --name main --userns host /i.tar -- httpd -f -p 80");
        await Assert.That(unit.Then).IsEqualTo("poweroff");
    }

    [Test]
    public async Task The_console_goes_to_the_unit_that_is_named()
    {
        Unit[] units = [new() { Name = "a", Image = "i" }, new() { Name = "shell", Image = "i" }];
        await Assert.That(KernelWords.Read("sandbox.console=shell").Apply(units).Select(static unit => unit.OnConsole)).IsEquivalentTo([false, true]);
    }

    [Test]
    [Arguments("quiet", true)]
    [Arguments("sandbox.console=emergency", true)]
    [Arguments("sandbox.console=shell", false)]
    public async Task In_trouble_the_console_is_there_to_be_used(string text, bool expected) =>
        await Assert.That(KernelWords.Read(text).ApplyToEmergency(new() { Name = "emergency", Image = "i" })!.OnConsole).IsEqualTo(expected);

    [Test]
    [Arguments("""{"addresses": {"eth0": "10.0.2.15"}}""")]
    [Arguments("""{"addresses": {"eth0": "10.0.2.256/24"}}""")]
    [Arguments("""{"addresses": {"eth0": "10.0.2.15/33"}}""")]
    [Arguments("""{"hostnames": "a"}""")]
    public async Task A_mistake_in_the_machines_settings_is_named_and_the_rest_is_used(string text)
    {
        List<string> told = [];
        MachineConfig config = MachineConfigReader.Read(Encoding.UTF8.GetBytes(text.Insert(1, """ "modules": ["/a.ko"], """)), failure => told.Add(failure.Message));
        await Assert.That(told.Count).IsEqualTo(1);
        await Assert.That(told[0]).StartsWith("cannot use machine.json: ");
        await Assert.That(config.Modules.Single()).IsEqualTo("/a.ko");
    }

    [Test]
    public async Task A_machine_is_what_its_file_says()
    {
        MachineConfig config = MachineConfigReader.Read(
            """{"hostname": "m", "modules": ["/a.ko"], "sysctls": {"kernel.panic": "10"}, "addresses": {"eth0": "10.0.2.15/24"}}"""u8, static failure => throw failure);
        await Assert.That(config.Hostname).IsEqualTo("m");
        await Assert.That(config.Sysctls[0].Value).IsEqualTo("10");
        await Assert.That(config.Addresses[0].Key).IsEqualTo("eth0");
    }
}
