using System.Diagnostics;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Guarantees;

/// <summary>A sandbox that is still at work, for tests that do something to its launcher.</summary>
internal sealed class RunningSandbox : IDisposable
{
    private readonly Process _process;

    private RunningSandbox(Process process) => _process = process;

    public int Pid => _process.Id;

    /// <summary>Starts one and waits until its script has printed a line.</summary>
    public static async Task<RunningSandbox> Start(string script, params string[] options)
    {
        RunningSandbox sandbox = Launch([.. Inside.Words(options), "sh", "-c", script]);
        string? line = await sandbox.Line();
        return line is not null ? sandbox : throw new InvalidOperationException($"it ended with {await sandbox.End()}: {await sandbox._process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Starts one and waits for nothing.</summary>
    public static RunningSandbox Launch(params string[] arguments) => new(Process.Start(new ProcessStartInfo(Repository.Executable, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!);

    /// <summary>The next line of the command's output; null at its end.</summary>
    public async Task<string?> Line() => await _process.StandardOutput.ReadLineAsync().WaitAsync(Command.Patience);

    /// <summary>Gives the command a line to read.</summary>
    public void Write(string line) => _process.StandardInput.WriteLine(line);

    public void Send(Signal signal) => Libc.kill(Pid, signal);

    /// <summary>PID 1 of the sandbox, as the host sees it: the launcher may have other children, that see to the store.</summary>
    public int Init() => InitOf(Pid);

    /// <summary>The same of any launcher.</summary>
    public static int InitOf(int launcher) => File.ReadAllText($"/proc/{launcher}/task/{launcher}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)
        .Single(child => NameOf(child) == "sandbox-init");

    /// <summary>
    /// Waits until the launcher has ended and nobody inside holds the other end of its output any more; the exit code
    /// is 128+n where signal n ended the launcher.
    /// </summary>
    public async Task<int> End()
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        await _process.StandardOutput.ReadToEndAsync(deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private static string NameOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/comm").TrimEnd('\n');
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }
}
