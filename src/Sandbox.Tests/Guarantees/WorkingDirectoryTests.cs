namespace Sandbox.Tests.Guarantees;

/// <summary>The command starts in the directory that was named, made where it was missing.</summary>
public class WorkingDirectoryTests
{
    [Test]
    [Arguments("/", "/")]
    [Arguments("/var/tmp", "/var/tmp")]
    [Arguments("/made/on/the/way", "/made/on/the/way")]
    public async Task It_is_there(string directory, string seen) => await Assert.That(await Inside.Print("pwd", "-w", directory)).IsEqualTo(seen);

    [Test]
    public async Task It_is_made_even_where_the_root_ends_read_only() =>
        await Assert.That(await Inside.Print("pwd", "-w", "/made", "--read-only")).IsEqualTo("/made");

    [Test]
    public async Task It_can_be_in_a_volume() =>
        await Assert.That(await Inside.Print("pwd", "-v", "/var/tmp:/v:ro", "-w", "/v")).IsEqualTo("/v");

    [Test]
    public async Task A_file_is_none()
    {
        CommandResult result = await Inside.Run("true", "-w", "/etc/passwd");
        await Assert.That(result.ExitCode).IsEqualTo(125);
        await Assert.That(result.Error).StartsWith("sandbox: cannot enter the working directory /etc/passwd: ");
    }
}
