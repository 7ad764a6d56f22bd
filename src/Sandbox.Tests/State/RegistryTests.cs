using Sandbox.State;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.State;

/// <summary>The directory of running state says what is true, whoever was killed on the way.</summary>
public class RegistryTests
{
    [Test]
    public async Task A_sandbox_is_there_from_its_registration_to_its_removal()
    {
        using WorkDirectory work = new();
        using (Registration registration = Registry.Open(work.In("run")).Register(Record("box")))
        {
            await Assert.That(Phase(work)).IsEqualTo(SandboxPhase.Starting);
            registration.Run(Environment.ProcessId, null);
            await Assert.That(Phase(work)).IsEqualTo(SandboxPhase.Running);
            registration.End(5);
            await Assert.That(Phase(work)).IsEqualTo(SandboxPhase.Exited);
        }

        using Registry registry = Registry.Open(work.In("run"));
        using SandboxEntry entry = registry.Find("box");
        await Assert.That(entry.Await()).IsEqualTo(5);
        await Assert.That(registry.Remove("box", entry.Directory)).IsTrue();
        await Assert.That(registry.Remove("box", entry.Directory)).IsFalse();
        await Assert.That(registry.TryFind("box")).IsNull();
    }

    [Test]
    public async Task Without_its_owner_it_has_crashed()
    {
        using WorkDirectory work = new();
        using (Registration registration = Registry.Open(work.In("run")).Register(Record("box")))
        {
            // No process of ours is named: who looks at a crashed one kills what is left of it.
            registration.Write(registration.Record);
        }

        // A process that another test is starting has the lock's file too, between fork(2) and execve(2).
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!deadline.IsCancellationRequested && Phase(work) != SandboxPhase.Crashed)
        {
            await Task.Yield();
        }

        await Assert.That(Phase(work)).IsEqualTo(SandboxPhase.Crashed);
    }

    [Test]
    public async Task What_a_loss_of_power_left_without_content_is_removed()
    {
        using WorkDirectory work = new();
        Registry.Open(work.In("run")).Register(Record("box")).Dispose();
        await File.WriteAllTextAsync(work.In("run/sandboxes/box/sandbox.json"), "");
        using Registry registry = Registry.Open(work.In("run"));
        await Assert.That(registry.All()).IsEmpty();

        // As above: until nobody has the lock's file any more, it may be one that is just beginning.
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!deadline.IsCancellationRequested && Directory.GetDirectories(work.In("run/sandboxes")).Length > 0)
        {
            registry.All();
        }

        await Assert.That(Directory.GetDirectories(work.In("run/sandboxes"))).IsEmpty();
    }

    [Test]
    public async Task A_name_is_given_once()
    {
        using WorkDirectory work = new();
        using Registration first = Registry.Open(work.In("run")).Register(Record("box"));
        using Registry registry = Registry.Open(work.In("run"));
        await Assert.That(() => registry.Register(Record("box"))).Throws<SandboxException>();
        await Assert.That(Directory.GetDirectories(work.In("run/sandboxes")).Select(path => Path.GetFileName(path))).IsEquivalentTo(["box"]);
    }

    [Test]
    public async Task An_id_may_be_short_but_not_ambiguous()
    {
        using WorkDirectory work = new();
        using Registration first = Registry.Open(work.In("run")).Register(Record("a") with { Id = "1234567890abcdef" });
        using Registration second = Registry.Open(work.In("run")).Register(Record("b") with { Id = "1234567890abcdee" });
        using Registry registry = Registry.Open(work.In("run"));
        using SandboxEntry found = registry.Find("1234567890abcdee");
        await Assert.That(found.Record.Name).IsEqualTo("b");
        await Assert.That(() => registry.Find("12345678")).Throws<SandboxException>();
        await Assert.That(registry.TryFind("123")).IsNull();
    }

    [Test]
    public async Task A_directory_that_others_may_write_is_not_believed()
    {
        using WorkDirectory work = new();
        Registry.Open(work.In("run")).Dispose();
        File.SetUnixFileMode(work.In("run"), (UnixFileMode)0x1FF);
        await Assert.That(() => Registry.Open(work.In("run"))).Throws<SandboxException>();
    }

    private static SandboxPhase Phase(WorkDirectory work)
    {
        using Registry registry = Registry.Open(work.In("run"));
        using SandboxEntry entry = registry.Find("box");
        return entry.Phase;
    }

    private static SandboxRecord Record(string name) =>
        new() { Id = SandboxName.NewId(), Name = name, Image = "image", Created = Moment.Now, Boot = BootId.Current, StopSignal = 15 };
}
