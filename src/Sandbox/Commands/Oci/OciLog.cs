using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>The file that an engine reads to learn what went wrong (<c>--log</c>): a line for each thing that is said, each one write(2).</summary>
internal sealed class OciLog(OciGlobal global)
{
    private const uint Mode = 0x1A4;

    /// <summary>Whoever asks for a log that cannot be written learns it at once: later nobody could be told.</summary>
    public void Check()
    {
        if (global.Log is { } path)
        {
            using SafeFileHandle file = Open(path);
            if (file.IsInvalid)
            {
                throw SandboxException.FromLastError($"cannot open the log {path}");
            }
        }
    }

    public void Error(string message) => Write("error", message);

    /// <summary>Where there is no log, whoever gave the command is told.</summary>
    public void Warn(string message)
    {
        if (global.Log is null)
        {
            _ = Output.Fail($"warning: {message}", null, 0);
        }

        Write("warning", message);
    }

    public void Debug(string message)
    {
        if (global.Debug)
        {
            Write("debug", message);
        }
    }

    private void Write(string level, string message)
    {
        if (global.Log is not { } path)
        {
            return;
        }

        using SafeFileHandle file = Open(path);
        if (!file.IsInvalid)
        {
            _ = Libc.TryWriteAll(file, Encoding.UTF8.GetBytes(Line(level, message)));
        }
    }

    private static SafeFileHandle Open(string path) =>
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND | OpenFlags.O_CLOEXEC, Mode);

    private string Line(string level, string message)
    {
        string time = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
        return global.LogFormat == LogFormat.Json
            ? new JsonText(compact: true).Begin('{').Add("msg", message).Add("level", level).Add("time", time).End('}').ToString() + "\n"
            : $"time=\"{time}\" level={level} msg={JsonText.Quote(message)}\n";
    }
}
