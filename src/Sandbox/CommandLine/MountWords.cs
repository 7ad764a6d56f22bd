using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>-v</c> and <c>--tmpfs</c>, and finds destinations that are named twice.</summary>
internal static class MountWords
{
    /// <summary>SRC:DST or SRC:DST:OPTIONS, options divided by commas.</summary>
    public static Parsed<MountOption> ReadVolume(string word)
    {
        string[] parts = word.Split(':');
        if (parts.Length is < 2 or > 3)
        {
            return new Wrong("allowed are SRC:DST and SRC:DST:OPTIONS, with ro, rw and idmap (--mount takes paths with ':')");
        }

        string[] options = parts is [_, _, { } last] ? last.Split(',') : [];
        string? unknown = Array.Find(options, static option => option is not ("ro" or "rw" or "idmap"));
        if (unknown is not null)
        {
            return new Wrong($"'{unknown}' is not one of ro, rw, idmap{Reason(unknown)}");
        }

        bool readOnly = Array.FindLast(options, static option => option is "ro" or "rw") == "ro";
        return Bind(parts[0], parts[1], readOnly, options.Contains("idmap"));
    }

    /// <summary>Why an option of docker's or podman's is not there.</summary>
    private static string Reason(string option) => option switch
    {
        "z" or "Z" => "; a sandbox has its caller's SELinux context, and no file need be labelled anew: leave z and Z out",
        "U" => "; root inside is its caller outside, and his files are root's: leave U out",
        "nosuid" or "nodev" or "private" or "rprivate" or "cached" or "delegated" or "consistent" => "; no more can be set: leave it out",
        _ => "",
    };

    /// <summary>DST or DST:OPTIONS, options divided by commas.</summary>
    public static Parsed<MountOption> ReadTmpfs(string word)
    {
        int colon = word.IndexOf(':', StringComparison.Ordinal);
        Parsed<string> destination = ContainerPath.ReadDestination(colon < 0 ? word : word[..colon]);
        if (destination.Why is not null)
        {
            return new Wrong("DST " + destination.Why);
        }

        TmpfsOption tmpfs = new(destination.Value, ReadOnly: false, Size: null, Mode: null, Executable: false);
        if (colon >= 0)
        {
            foreach (string option in word[(colon + 1)..].Split(','))
            {
                Parsed<TmpfsOption> next = WithTmpfsOption(tmpfs, option);
                if (next.Why is not null)
                {
                    return new Wrong(next.Why);
                }

                tmpfs = next.Value;
            }
        }

        return tmpfs;
    }

    /// <summary>The first destination that two mounts name, or null.</summary>
    public static string? FindRepeated(ImmutableArray<MountOption> mounts)
    {
        for (int i = 1; i < mounts.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (mounts[i].Destination == mounts[j].Destination)
                {
                    return mounts[i].Destination;
                }
            }
        }

        return null;
    }

    /// <summary>A bind mount of two words that have been taken apart.</summary>
    public static Parsed<MountOption> Bind(string source, string destination, bool readOnly, bool sameIds)
    {
        if (source.Length == 0)
        {
            return new Wrong("SRC is empty");
        }

        // docker and podman would make a named volume of such a word: better no answer than another one.
        if (!source.Contains('/', StringComparison.Ordinal) && source is not ("." or ".."))
        {
            return new Wrong($"SRC must be a path, with a '/': write ./{source}");
        }

        Parsed<string> inside = ContainerPath.ReadDestination(destination);
        return inside.Why is null ? new BindOption(source, inside.Value, readOnly, sameIds) : new Wrong("DST " + inside.Why);
    }

    /// <summary>A mode of four octal digits at most, and zeros before them, as in C.</summary>
    public static Parsed<uint> ReadMode(string word)
    {
        bool isOctal = word.Length > 0 && word.AsSpan().TrimStart('0').Length <= 4 && !word.AsSpan().ContainsAnyExceptInRange('0', '7');
        return isOctal ? Convert.ToUInt32(word, 8) : new Wrong("must be an octal mode, like 1777");
    }

    private static Parsed<TmpfsOption> WithTmpfsOption(TmpfsOption tmpfs, string option)
    {
        if (option.StartsWith("size=", StringComparison.Ordinal))
        {
            Parsed<ulong> size = Sizes.Read(option["size=".Length..]);
            return size.Why is null ? tmpfs with { Size = size.Value } : new Wrong("size " + size.Why);
        }

        if (option.StartsWith("mode=", StringComparison.Ordinal))
        {
            Parsed<uint> mode = ReadMode(option["mode=".Length..]);
            return mode.Why is null ? tmpfs with { Mode = mode.Value } : new Wrong("mode " + mode.Why);
        }

        // nosuid and nodev hold for every tmpfs: docker's words for them are taken, their opposites are not.
        return option switch
        {
            "ro" => tmpfs with { ReadOnly = true },
            "rw" => tmpfs with { ReadOnly = false },
            "exec" => tmpfs with { Executable = true },
            "noexec" => tmpfs with { Executable = false },
            "nosuid" or "nodev" => tmpfs,
            _ => new Wrong($"'{option}' is not one of size=SIZE, mode=MODE, ro, rw, exec, noexec, nosuid, nodev"),
        };
    }
}
