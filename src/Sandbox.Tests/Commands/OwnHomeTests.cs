using Sandbox.Commands;
using Sandbox.Tests.Rootfs;

namespace Sandbox.Tests.Commands;

/// <summary>Without HOME the store of a user is where it is with it.</summary>
public class OwnHomeTests
{
    [Test]
    [Arguments(1000u, "/home/a")]
    [Arguments(1001u, null)]
    [Arguments(1002u, null)]
    [Arguments(1003u, null)]
    public async Task The_users_line_says_it(uint uid, string? home)
    {
        using WorkDirectory directory = new();
        string passwd = directory.In("passwd");
        await File.WriteAllTextAsync(passwd, "root:x:0:0::/root:/bin/sh\nx:x:nan:0::/x:\na:x:1000:1000::/home/a:/bin/sh\nb:x:1001:1001::relative:/bin/sh\nc:x:1002\n");

        await Assert.That(OwnHome.Find(passwd, uid)).IsEqualTo(home);
    }

    [Test]
    public async Task A_machine_without_the_file_says_none()
    {
        using WorkDirectory directory = new();
        await Assert.That(OwnHome.Find(directory.In("missing"), 0)).IsNull();
    }
}
