using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>How far an unpacking is: bytes of the archive, rate, remaining time, in words.</summary>
internal readonly record struct UnpackMeter(string Name, long Total, long Done, TimeSpan Elapsed)
{
    private const int NameLimit = 24, BarLength = 24;

    public override string ToString()
    {
        double rate = Done / Math.Max(Elapsed.TotalSeconds, 0.001);
        string left = Done > 0 ? $", {Math.Ceiling(Math.Max(Total - Done, 0) / rate):0} s left" : "";
        return $"{Short(Name)} {Bar} {Megabytes(Done)} of {Megabytes(Total)} MB, {Megabytes(rate)} MB/s{left}";
    }

    private string Bar
    {
        get
        {
            int full = (int)(BarLength * Math.Min(Done, Total) / Math.Max(Total, 1));
            return $"[{new string('=', full)}{new string(' ', BarLength - full)}]";
        }
    }

    private static string Megabytes(double bytes) => (bytes / 1e6).ToString(bytes < 1e7 ? "0.0" : "0");

    private static string Short(string name)
    {
        string last = PlainText.Of(name.StartsWith("sha", StringComparison.Ordinal) ? name : Path.GetFileName(name));
        return last.Length <= NameLimit ? last : string.Concat(last.AsSpan(0, NameLimit - 3), "...");
    }
}
