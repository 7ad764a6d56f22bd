using System.Text;

namespace Sandbox.Tests.Rootfs;

/// <summary>
/// All that can be seen of a tree, as lines of text, told by find(1), getfattr(1) and sha256sum(1): types, modes, owners,
/// times to the nanosecond, link targets, hard link groups, sizes, blocks of sparse files, xattrs, contents.
/// </summary>
internal static class Manifest
{
    private const string Script = """
        export LC_ALL=C
        cd "$0"
        find . \( -type d -printf '%P|%y|%m|%U|%G|%T@\n' \) -o -printf '%P|%y|%m|%U|%G|%T@|%s|%l|%n\n' | sort
        find . -type f -printf '%P blocks %b\n' | sort
        find . ! -type d -links +1 -printf '%i %P\n' | sort -k2 | awk '{ if (!($1 in first)) first[$1] = $2; print first[$1], "is", $2 }'
        find . -type f -readable -print0 | sort -z | xargs -0 -r sha256sum
        find . -print0 | sort -z | xargs -0 -r getfattr -h -d -m '^(user|system)' -e hex 2>/dev/null || true
        """;

    public static async Task<string> Of(string directory)
    {
        CommandResult result = await Command.Run("bash", ["-euo", "pipefail", "-c", Script, directory]);
        return result.ExitCode == 0
            ? Encoding.Latin1.GetString(result.OutputBytes)
            : throw new InvalidOperationException("no manifest of " + directory + ": " + result.Error);
    }
}
