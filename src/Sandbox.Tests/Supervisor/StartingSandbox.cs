using System.Diagnostics;
using Sandbox.Tests.Guarantees;

namespace Sandbox.Tests.Supervisor;

/// <summary>A detached sandbox that does not come to its start: its image is read from a pipe that nobody writes.</summary>
internal sealed class StartingSandbox : IDisposable
{
    private readonly Process _client;

    private StartingSandbox(string name, Process client)
    {
        Name = name;
        _client = client;
    }

    public string Name { get; }

    public static async Task<StartingSandbox> Make()
    {
        string name = DetachedSandbox.NewName();
        Process client = Process.Start(new ProcessStartInfo(Repository.Executable, ["run", "-q", "--root", Inside.Store, "-d", "--name", name, "-", "true"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        using CancellationTokenSource deadline = new(Command.Patience);
        while (await DetachedSandbox.Find(name) is null)
        {
            deadline.Token.ThrowIfCancellationRequested();
        }

        return new StartingSandbox(name, client);
    }

    /// <summary>The exit code of who started it.</summary>
    public async Task<int> End()
    {
        using CancellationTokenSource deadline = new(Command.Patience);
        await _client.WaitForExitAsync(deadline.Token);
        return _client.ExitCode;
    }

    public void Dispose()
    {
        _client.Kill();
        _client.WaitForExit();
        _client.Dispose();
    }
}
