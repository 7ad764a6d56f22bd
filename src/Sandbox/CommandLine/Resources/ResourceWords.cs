using System.Globalization;

namespace Sandbox.CommandLine;

/// <summary>Readers of the values of limits.</summary>
internal static class ResourceWords
{
    /// <summary>Below it the launch itself, and nearly every program, fails in a way that nobody understands.</summary>
    private const ulong LeastMemory = 4UL << 20;

    private const ulong LargestWeight = 10_000, MostProcessors = 100_000;

    /// <summary>A size that something can start in.</summary>
    public static Parsed<ulong> Memory(string word)
    {
        Parsed<ulong> size = Sizes.Read(word);
        return size.Why is null && size.Value < LeastMemory ? new Wrong("must be at least 4m") : size;
    }

    /// <summary>A size, or -1 for none.</summary>
    public static Parsed<long> SizeOrNone(string word)
    {
        if (word == "-1")
        {
            return -1;
        }

        Parsed<ulong> size = Sizes.Read(word);
        return size.Why is null ? (long)size.Value : new Wrong(size.Why + "; or -1 for no limit");
    }

    /// <summary>Processors with a fraction, in thousandths.</summary>
    public static Parsed<ulong> Cpus(string word)
    {
        const int digits = 3;
        int point = word.IndexOf('.', StringComparison.Ordinal);
        string whole = point < 0 ? word : word[..point];
        string fraction = point < 0 ? "" : word[(point + 1)..];
        bool isNumber = (whole.Length > 0 || fraction.Length > 0) && fraction.Length <= digits
            && ulong.TryParse("0" + whole, NumberStyles.None, CultureInfo.InvariantCulture, out ulong units) && units < MostProcessors
            && ulong.TryParse("0" + fraction, NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!isNumber)
        {
            return new Wrong("must be a number of processors, like 2 or 0.5, with at most three digits behind the point");
        }

        ulong thousandths = ulong.Parse("0" + whole + fraction.PadRight(digits, '0'), CultureInfo.InvariantCulture);
        return thousandths >= 10 ? thousandths : new Wrong("must be at least 0.01: the kernel counts no less");
    }

    /// <summary>A share against others.</summary>
    public static Parsed<ulong> Weight(string word) =>
        ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong weight) && weight is >= 1 and <= LargestWeight
            ? weight
            : new Wrong("must be a number from 1 to 10000; 100 is everybody's");

    /// <summary>A list of numbers and ranges: 0-2,7.</summary>
    public static Parsed<string> NumberList(string word)
    {
        foreach (Range part in word.AsSpan().Split(','))
        {
            ReadOnlySpan<char> range = word.AsSpan(part);
            int dash = range.IndexOf('-');
            bool isRange = dash < 0
                ? TryNumber(range, out _)
                : TryNumber(range[..dash], out int first) && TryNumber(range[(dash + 1)..], out int last) && first <= last;
            if (!isRange)
            {
                return new Wrong("must be numbers and ranges, like 0-2,7");
            }
        }

        return word;
    }

    /// <summary>Processes and threads, or -1 for no limit.</summary>
    public static Parsed<long> Pids(string word) =>
        word == "-1" ? -1
        : long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out long pids) && pids >= 2
            ? pids
            : new Wrong("must be a number from 2 (the sandbox's own first process is one), or -1 for no limit");

    /// <summary>PATH:SIZE, bytes a second.</summary>
    public static Parsed<DeviceRateOption> BytesASecond(DeviceRateKind kind, string word) => DeviceRate(kind, word, Sizes.Read);

    /// <summary>PATH:NUMBER, operations a second.</summary>
    public static Parsed<DeviceRateOption> OperationsASecond(DeviceRateKind kind, string word) => DeviceRate(
        kind, word, static number => ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count) && count > 0 ? count : new Wrong("must be a number above zero"));

    /// <summary>SIZE=LIMIT, or SIZE:LIMIT.</summary>
    public static Parsed<HugepageOption> HugePages(string word)
    {
        const string allowed = "must be SIZE=LIMIT, SIZE as in /sys/kernel/mm/hugepages (2MB, 1GB)";
        int equals = word.IndexOfAny(['=', ':']);
        string size = equals < 0 ? "" : word[..equals].ToUpperInvariant();
        bool isSize = size.Length > 2 && size.EndsWith('B') && size[^2] is 'K' or 'M' or 'G' && !size.AsSpan(0, size.Length - 2).ContainsAnyExceptInRange('0', '9');
        if (!isSize)
        {
            return new Wrong(allowed);
        }

        Parsed<ulong> limit = Sizes.Read(word[(equals + 1)..]);
        return limit.Why is null ? new HugepageOption(size, limit.Value) : new Wrong($"{allowed}; LIMIT {limit.Why}");
    }

    /// <summary>FILE=VALUE. A name that leads elsewhere is none of a controller's.</summary>
    public static Parsed<UnifiedOption> Unified(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        string file = equals < 0 ? "" : word[..equals];
        bool isFile = file.IndexOf('.', StringComparison.Ordinal) > 0;
        foreach (char one in file)
        {
            isFile &= char.IsAsciiLetterOrDigit(one) || one is '.' or '_';
        }

        bool ours = file is "cgroup.procs" or "cgroup.threads" or "cgroup.kill" or "cgroup.freeze" or "cgroup.type" or "cgroup.subtree_control";
        return isFile && !ours ? new UnifiedOption(file, word[(equals + 1)..]) : new Wrong("must be FILE=VALUE, FILE one with a limit, as memory.high or cpu.uclamp.max");
    }

    private static Parsed<DeviceRateOption> DeviceRate(DeviceRateKind kind, string word, Func<string, Parsed<ulong>> read)
    {
        int colon = word.LastIndexOf(':');
        if (colon <= 0 || word[0] != '/')
        {
            return new Wrong("must be PATH:NUMBER, like /dev/sda:10m");
        }

        Parsed<ulong> rate = read(word[(colon + 1)..]);
        return rate.Why is null ? new DeviceRateOption(kind, word[..colon], rate.Value) : new Wrong(rate.Why);
    }

    private static bool TryNumber(ReadOnlySpan<char> word, out int number) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
