using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Launch;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The host's ps(1) with somebody's options, and of what it prints the heading and the lines of a container's processes.</summary>
internal static class HostProcessTable
{
    private const string Program = "/bin/ps", PidHeading = "PID";

    public static string Of(string id, ImmutableArray<string> options, ImmutableArray<int> pids)
    {
        string what = $"cannot list the processes of container {id}";
        string[] lines = Print(what, options).Split('\n');
        int column = Array.IndexOf(Fields(lines[0]), PidHeading);
        if (column < 0)
        {
            throw new SandboxException(what, $"without the column {PidHeading} nobody knows which lines are the container's", "add it: -o pid,...");
        }

        StringBuilder text = new StringBuilder(lines[0]).Append('\n');
        foreach (string line in lines.AsSpan(1))
        {
            string[] fields = Fields(line);
            if (column < fields.Length && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid) && pids.Contains(pid))
            {
                text.Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Print(string what, ImmutableArray<string> options)
    {
        using Pipe printed = Pipe.Open();

        // What it has to say of wrong options goes where all failures go.
        int pid = Libc.SpawnProgram(Program, ["ps", .. options], ["PATH=/usr/bin:/bin"], 0, printed.Write.Descriptor(), 2);
        printed.Write.Dispose();
        if (pid < 0)
        {
            throw SandboxException.FromErrno($"{what} by {Program}", (Errno)(-pid), "install it (Debian: procps), or leave its options out");
        }

        string text = ReadAll(printed.Read);
        int code = Libc.WaitFor(pid).ExitCode;
        return code == 0 ? text : throw new SandboxException(what, $"{Program} {string.Join(' ', options)} ended with {code}");
    }

    private static unsafe string ReadAll(SafeFileHandle pipe)
    {
        const int portion = 64 << 10;
        byte[] buffer = new byte[portion];
        int length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * length);
            }

            fixed (byte* start = buffer)
            {
                nint read = Libc.read(pipe, start + length, buffer.Length - length);
                if (read <= 0)
                {
                    return Encoding.UTF8.GetString(buffer, 0, length);
                }

                length += (int)read;
            }
        }
    }
}
