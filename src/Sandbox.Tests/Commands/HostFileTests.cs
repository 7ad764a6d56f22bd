using Sandbox.Commands;
using Sandbox.Syscalls;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Commands;

/// <summary>Files of settings are read whole or not at all.</summary>
public class HostFileTests
{
    [Test]
    public async Task A_missing_file_is_told_from_an_empty_one()
    {
        await Assert.That(HostFile.ReadIfThere("/nonexistent")).IsNull();
        await Assert.That(HostFile.ReadIfThere("/dev/null")).IsEqualTo("");
    }

    [Test]
    public async Task A_directory_in_the_place_of_a_file_that_may_be_missing_is_none() =>
        await Assert.That(HostFile.ReadIfThere("/etc")).IsNull();

    [Test]
    public async Task Nobody_waits_for_a_writer_of_a_file_that_may_be_missing()
    {
        using WorkDirectory work = new();
        await work.Shell("mkfifo fifo");
        await Assert.That(HostFile.ReadIfThere(work.In("fifo"))).IsEqualTo("");
    }

    [Test]
    public async Task A_file_that_must_be_there_is_named_when_it_is_not() =>
        await Assert.That((await Assert.That(() => HostFile.Read("/nonexistent")).Throws<SandboxException>())!.Message)
            .IsEqualTo("cannot read /nonexistent: No such file or directory");

    [Test]
    public async Task A_directory_is_no_file() =>
        await Assert.That((await Assert.That(() => HostFile.Read("/etc")).Throws<SandboxException>())!.Message).IsEqualTo("cannot read /etc: Is a directory");

    [Test]
    public async Task An_endless_file_ends() =>
        await Assert.That((await Assert.That(() => HostFile.Read("/dev/zero")).Throws<SandboxException>())!.Message)
            .IsEqualTo("cannot read /dev/zero: it is larger than 16 MiB");

    [Test]
    [Arguments(1)]
    [Arguments(4096)]
    [Arguments(4097)]
    [Arguments(100_000)]
    public async Task Every_byte_is_read(int length)
    {
        string path = Path.GetTempFileName();
        string text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        await File.WriteAllTextAsync(path, text);
        string read = HostFile.Read(path);
        File.Delete(path);
        await Assert.That(read).IsEqualTo(text);
    }
}
