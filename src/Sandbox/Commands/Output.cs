using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>What sandbox itself says: results on standard output, failures and notes on standard error.</summary>
internal static class Output
{
    private const int StandardOutput = 1, StandardError = 2;

    /// <summary>Writes a result, or ends as <see cref="Pass"/> does.</summary>
    public static int Print(string text)
    {
        Pass(StandardOutput, Encoding.UTF8.GetBytes(text));
        return 0;
    }

    /// <summary>
    /// Writes a result, or what others have written; throws where that cannot be done, so that a full disk is not taken for
    /// success. Where nobody reads it, this command ends as a pipe ends any program.
    /// </summary>
    public static void Pass(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (!Libc.TryWriteAll(descriptor, bytes))
        {
            if ((Errno)Marshal.GetLastPInvokeError() == Errno.EPIPE)
            {
                Libc._exit(128 + (int)Signal.SIGPIPE);
            }

            throw SandboxException.OfWriting($"cannot write to standard {(descriptor == StandardOutput ? "output" : "error")}");
        }
    }

    /// <summary>A number of things, as a sentence has it: "1 tree", "2 trees".</summary>
    public static string Count(int number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    /// <summary>The failure that an exception is, in the words for the user.</summary>
    public static SandboxException Explain(Exception failure) => failure switch
    {
        // Much is read there, and what fails for want of it would say something else each time.
        _ when !Directory.Exists("/proc/self") => new("cannot go on", "/proc is not mounted here", "mount -t proc proc /proc"),
        SandboxException known => OldKernel.Blame(MissingCapabilities.Blame(known)),

        // Nobody here knows which file it was: the class library's words name it.
        _ when FileFailure.Is(failure) => new("cannot go on", failure.Message, SandboxException.HintOf((Errno)failure.HResult)),
        _ => new("cannot go on", $"{failure.GetType().Name}: {failure.Message}", "this is a fault of sandbox's own; what was begun is undone"),
    };

    /// <summary>Writes the line of a failure and its hint, and returns the exit code.</summary>
    public static int Fail(SandboxException failure) => Fail(failure.Message, failure.Hint, failure.ExitCode);

    /// <summary>Writes what is wrong with the command line, and returns the exit code.</summary>
    public static int Fail(Refusal refusal) => Fail($"{refusal.What}: {refusal.Why}", refusal.Hint, SandboxException.ExitCodeOfSandbox);

    /// <summary>The failure that a refusal is, for code that is given one on its way.</summary>
    public static SandboxException ToException(this Refusal refusal) => new(refusal.What, refusal.Why, refusal.Hint);

    /// <summary>Each line is one write(2), so that the lines of many sandboxes on one terminal do not mix.</summary>
    public static int Fail(string message, string? hint, int exitCode)
    {
        // Nobody is left to be told when these cannot be written.
        _ = Write(StandardError, $"sandbox: {Printable(message)}\n");
        _ = hint is null || Write(StandardError, $"hint: {Printable(hint)}\n");
        return exitCode;
    }

    /// <summary>What a line on a terminal may show of a text.</summary>
    public static string Printable(string text) => PlainText.Of(text);

    /// <summary>Writes a text whole; false with the error number set where it cannot be written.</summary>
    public static bool Write(int descriptor, string text) => Libc.TryWriteAll(descriptor, Encoding.UTF8.GetBytes(text));
}
