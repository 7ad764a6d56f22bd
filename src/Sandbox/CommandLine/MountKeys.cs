namespace Sandbox.CommandLine;

/// <summary>Reads the value of <c>--mount</c>: fields divided by commas, each KEY=VALUE or KEY, with docker's keys.</summary>
internal static class MountKeys
{
    private const string Allowed = "allowed are type=bind|tmpfs, source (src), target (dst, destination), readonly (ro), idmap, tmpfs-size, tmpfs-mode";

    public static Parsed<MountOption> Read(string word)
    {
        Fields fields = default;
        string? why = SplitFields(word, out List<string> parts);
        for (int i = 0; i < parts.Count && why is null; i++)
        {
            int equals = parts[i].IndexOf('=', StringComparison.Ordinal);
            why = equals < 0
                ? fields.Set(parts[i], null)
                : fields.Set(parts[i][..equals], parts[i][(equals + 1)..]);
        }

        return why is null ? fields.ToMount() : new Wrong(why);
    }

    /// <summary>Splits as docker does, by the rules of CSV: a field in double quotes may hold commas, and "" for a quote.</summary>
    private static string? SplitFields(string word, out List<string> parts)
    {
        parts = [];
        int at = 0;
        while (at <= word.Length)
        {
            if (at == word.Length || word[at] != '"')
            {
                int comma = word.IndexOf(',', at);
                int end = comma < 0 ? word.Length : comma;
                parts.Add(word[at..end]);
                at = end + 1;
                continue;
            }

            int close = at + 1;
            while (close < word.Length && (word[close] != '"' || (close + 1 < word.Length && word[close + 1] == '"')))
            {
                close += word[close] == '"' ? 2 : 1;
            }

            if (close >= word.Length || (close + 1 < word.Length && word[close + 1] != ','))
            {
                return "a field in double quotes must end with one, before a comma";
            }

            parts.Add(word[(at + 1)..close].Replace("\"\"", "\"", StringComparison.Ordinal));
            at = close + 2;
        }

        return null;
    }

    /// <summary>The fields seen so far.</summary>
    private struct Fields
    {
        private string? _type;
        private string? _source;
        private string? _target;
        private bool _readOnly;
        private bool _sameIds;
        private ulong? _size;
        private uint? _mode;

        /// <summary>Takes one field; returns why it cannot be.</summary>
        public string? Set(string key, string? value)
        {
            switch (key)
            {
                case "readonly" or "ro" or "idmap" when value is not (null or "true" or "1" or "false" or "0"):
                    return $"{key} must be true or false";
                case "readonly" or "ro":
                    _readOnly = value is null or "true" or "1";
                    return null;
                case "idmap":
                    _sameIds = value is null or "true" or "1";
                    return null;
                case "type" or "source" or "src" or "target" or "dst" or "destination" or "tmpfs-size" or "tmpfs-mode" when string.IsNullOrEmpty(value):
                    return $"{key} needs a value";
                case "type":
                    _type = value;
                    return value is "bind" or "tmpfs" ? null : $"type must be bind or tmpfs, not '{value}'";
                case "source" or "src":
                    _source = value;
                    return null;
                case "target" or "dst" or "destination":
                    _target = value;
                    return null;
                case "tmpfs-size":
                    Parsed<ulong> size = Sizes.Read(value!);
                    _size = size.Why is null ? size.Value : null;
                    return size.Why is null ? null : "tmpfs-size " + size.Why;
                case "tmpfs-mode":
                    Parsed<uint> mode = MountWords.ReadMode(value!);
                    _mode = mode.Why is null ? mode.Value : null;
                    return mode.Why is null ? null : "tmpfs-mode " + mode.Why;
                case "bind-propagation":
                    return "bind-propagation cannot be set: every mount of a sandbox is private";
                default:
                    return $"unknown key '{key}': {Allowed}";
            }
        }

        public readonly Parsed<MountOption> ToMount()
        {
            if (_type is null || _target is null)
            {
                return new Wrong($"it has no {(_type is null ? "type" : "target")}: {Allowed}");
            }

            if (_type == "bind")
            {
                return _size is not null || _mode is not null ? new Wrong("tmpfs-size and tmpfs-mode are for type=tmpfs")
                    : _source is null ? new Wrong("type=bind needs a source")
                    : MountWords.Bind(_source, _target, _readOnly, _sameIds);
            }

            Parsed<string> target = ContainerPath.ReadDestination(_target);
            return _source is not null ? new Wrong("type=tmpfs has no source")
                : _sameIds ? new Wrong("idmap is for type=bind")
                : target.Why is not null ? new Wrong("target " + target.Why)
                : new TmpfsOption(target.Value, _readOnly, _size, _mode, Executable: false);
        }
    }
}
