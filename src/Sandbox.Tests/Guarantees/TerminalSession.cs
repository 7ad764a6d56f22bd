using System.Diagnostics;
using System.Text;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Guarantees;

/// <summary>A program on a terminal of its own, and whoever sits in front of it: types, reads, pulls at the window's corner, goes away.</summary>
internal sealed class TerminalSession : IDisposable
{
    /// <summary>The size of python's terminals is 0 by 0: this is set before the program runs.</summary>
    private const string Sized = "stty rows 24 cols 80; exec \"$@\"";

    private readonly Process _process;
    private readonly StringBuilder _seen = new();

    private TerminalSession(Process process) => _process = process;

    /// <summary>Runs a program of the host's.</summary>
    public static TerminalSession Start(params string[] words) => new(Process.Start(new ProcessStartInfo(
        "python3", [Repository.In("src", "Sandbox.Tests", "Guarantees", "terminal.py"), "sh", "-c", Sized, "sh", .. words])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["TERM"] = "vt220" },
    })!);

    /// <summary>Runs a sandbox.</summary>
    public static TerminalSession Sandbox(string[] options, params string[] command) => Start([Repository.Executable, .. Inside.Words(options), .. command]);

    /// <summary>Runs a script in a sandbox.</summary>
    public static TerminalSession Script(string script, params string[] options) => Sandbox(options, "sh", "-c", script);

    /// <summary>Runs a script of the host's, with the words of a sandbox's run as "$@".</summary>
    public static TerminalSession Around(string script, string[] options, params string[] command) =>
        Start(["bash", "-c", script, "bash", Repository.Executable, .. Inside.Words(options), .. command]);

    /// <summary>What is shown up to a text, which must come; what follows it stays for the next one.</summary>
    public async Task<string> Expect(string text)
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        byte[] buffer = new byte[4096];
        int place;
        while ((place = _seen.ToString().IndexOf(text, StringComparison.Ordinal)) < 0)
        {
            int count;
            try
            {
                count = await _process.StandardOutput.BaseStream.ReadAsync(buffer, deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"'{text}' did not come, but '{_seen}'");
            }

            _seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (count == 0)
            {
                throw new InvalidOperationException($"the terminal was closed without '{text}', after '{_seen}': {await _process.StandardError.ReadToEndAsync(deadline.Token)}");
            }
        }

        string before = _seen.ToString(0, place);
        _seen.Remove(0, place + text.Length);
        return before;
    }

    /// <summary>Waits for a number between two texts.</summary>
    public async Task<int> ExpectNumber(string before, string after)
    {
        await Expect(before);
        return int.Parse(await Expect(after));
    }

    public void Type(string text) => Order("type " + Convert.ToHexString(Encoding.UTF8.GetBytes(text)));

    public void Resize(int rows, int columns) => Order($"resize {rows} {columns}");

    /// <summary>Whether the terminal passes on every key as it is.</summary>
    public async Task<bool> IsRaw()
    {
        Order("modes");
        await Expect("<");
        return await Expect(">") == "raw";
    }

    /// <summary>Waits until it does.</summary>
    public async Task BecomesRaw()
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        while (!await IsRaw())
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>The window is closed.</summary>
    public void Close() => Order("close");

    /// <summary>All that is still shown, and the program's exit code.</summary>
    public async Task<(string Shown, int ExitCode)> End()
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        using MemoryStream rest = new();
        await _process.StandardOutput.BaseStream.CopyToAsync(rest, deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        return (_seen + Encoding.UTF8.GetString(rest.ToArray()), _process.ExitCode);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Order(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }
}
