using Sandbox.Boot;
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

    /// <summary>What bounds a sandbox bounds whoever enters it.</summary>
    [Test]
    public async Task What_commands_that_join_are_bound_to_is_written_down()
    {
        SandboxRecord record = Record("box") with { TcpPorts = new SavedPorts([80, 65535], []), Volumes = ["/kept"] };
        SandboxRecord read = SandboxRecord.Read(record.Write());
        await Assert.That(read.TcpPorts!.Bind).IsEquivalentTo(new ushort[] { 80, 65535 });
        await Assert.That(read.TcpPorts.Connect).IsEmpty();
        await Assert.That(read.Volumes).IsEquivalentTo(["/kept"]);
        await Assert.That(SandboxRecord.Read(Record("box").Write()).TcpPorts).IsNull();
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
        await Assert.That(registry.All().Count()).IsEqualTo(0);

        // As above: until nobody has the lock's file any more, it may be one that is just beginning.
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!deadline.IsCancellationRequested && Directory.GetDirectories(work.In("run/sandboxes")).Length > 0)
        {
            _ = registry.All().Count();
        }

        await Assert.That(Directory.GetDirectories(work.In("run/sandboxes"))).IsEmpty();
    }

    /// <summary>With so few files to be open none of it can be looked at; what cannot be looked at is no remains of a crash.</summary>
    [Test]
    public async Task A_limit_on_open_files_takes_nothing_away()
    {
        const int sandboxes = 12, enough = 24;
        using WorkDirectory work = new();
        string[] names = [.. Enumerable.Range(0, sandboxes).Select(number => $"box{number:d2}")];
        foreach (string name in names)
        {
            using Registration ended = Registry.Open(work.In("root/run")).Register(Record(name));
            ended.Run(Environment.ProcessId, null);
            ended.End(5);
        }

        for (int files = 0; files < enough; files++)
        {
            await Listed(work, files);
        }

        await Assert.That(Directory.GetDirectories(work.In("root/run/sandboxes")).Select(path => Path.GetFileName(path))).IsEquivalentTo(names);
        await Assert.That(await Listed(work, enough)).IsEqualTo(string.Concat(names.Select(name => name + "\n")));
    }

    /// <summary>The names that <c>ps</c> prints where so many files may be open.</summary>
    private static async Task<string> Listed(WorkDirectory work, int files) => (await Command.Run(
        "sh", ["-c", $"ulimit -n {files}; exec \"$0\" ps --all --names --root \"$1\"", Repository.Executable, work.In("root")])).Output;

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

    /// <summary>A manager would take over another unit's sandbox.</summary>
    [Test]
    public async Task A_unit_is_found_by_no_id()
    {
        using WorkDirectory work = new();
        using Registration other = Registry.Open(work.In("run")).Register(Record("a") with { Id = "beef567890abcdef" });
        other.Run(Environment.ProcessId, null);
        using Registry registry = Registry.Open(work.In("run"));
        using UnitSandbox unit = new("beef", registry);
        await Assert.That(unit.Runs()).IsFalse();
        using UnitSandbox itself = new("a", registry);
        await Assert.That(itself.Runs()).IsTrue();
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
