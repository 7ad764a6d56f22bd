using System.Text;

namespace Sandbox.Tests.Rootfs;

/// <summary>
/// All that can be seen of a tree, as lines of text, told by find(1), lseek(2), getfattr(1) and sha256sum(1): types, modes, owners,
/// times to the nanosecond, link targets, hard link groups, sizes, where sparse files have data (the blocks that a file system needs for that differ), xattrs, contents.
/// </summary>
internal static class Manifest
{
    private const string Script = """
        export LC_ALL=C
        cd "$0"
        find . \( -type d -printf '%P|%y|%m|%U|%G|%T@\n' \) -o -printf '%P|%y|%m|%U|%G|%T@|%s|%l|%n\n' | sort
        find . -type f -readable -print0 | sort -z | python3 -c '
        import os, sys
        for name in sys.stdin.buffer.read().split(b"\0")[:-1]:
            file, at, data = os.open(name, os.O_RDONLY), 0, []
            while at < os.fstat(file).st_size:
                try: start = os.lseek(file, at, os.SEEK_DATA)
                except OSError: break
                at = os.lseek(file, start, os.SEEK_HOLE)
                data.append(f"{start}-{at}")
            os.close(file)
            sys.stdout.buffer.write(name + b" has data at " + " ".join(data).encode() + b"\n")
        '
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
