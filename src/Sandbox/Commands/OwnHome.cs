using System.Text;
using System.Text.Unicode;
using Sandbox.Rootfs;

namespace Sandbox.Commands;

/// <summary>The caller's home directory where no variable says it, as in a unit or after <c>env -i</c>: passwd(5) does, as for docker and podman.</summary>
internal static class OwnHome
{
    private const int Home = 5;

    /// <summary>The home of <paramref name="uid"/> in the file <paramref name="passwd"/>; null where it says none.</summary>
    public static string? Find(string passwd, uint uid)
    {
        foreach (AccountLine line in new AccountFile(HostFile.ReadIfThere(passwd) is { } text ? Encoding.UTF8.GetBytes(text) : null))
        {
            if (line.TryGetId(AccountFile.Id, out uint id) && id == uid)
            {
                ReadOnlySpan<byte> home = line[Home];
                return home.StartsWith("/"u8) && Utf8.IsValid(home) ? Encoding.UTF8.GetString(home) : null;
            }
        }

        return null;
    }
}
