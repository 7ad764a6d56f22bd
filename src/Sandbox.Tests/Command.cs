using System.Diagnostics;
using System.Text;

namespace Sandbox.Tests;

/// <summary>Runs a program to its end, with all that it reads and writes in memory.</summary>
internal static class Command
{
    /// <summary>How long is waited for what must come, on the slowest and busiest of machines: nothing is proven by its length.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Runs <paramref name="file"/>, looked for in PATH unless it has a slash. A null value in
    /// <paramref name="environment"/> removes the variable. A program that outlives <paramref name="timeout"/> is
    /// killed with its children, and the test fails.
    /// </summary>
    public static async Task<CommandResult> Run(
        string file,
        IEnumerable<string> arguments,
        byte[]? input = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? timeout = null,
        string? directory = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? "",
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        using CancellationTokenSource deadline = new(timeout ?? Patience);
        try
        {
            Task<byte[]> output = ReadAll(process.StandardOutput.BaseStream, deadline.Token);
            Task<byte[]> error = ReadAll(process.StandardError.BaseStream, deadline.Token);
            await Feed(process.StandardInput.BaseStream, input ?? [], deadline.Token);
            byte[] outputBytes = await output;
            byte[] errorBytes = await error;
            await process.WaitForExitAsync(deadline.Token);
            return new CommandResult(process.ExitCode, outputBytes, Encoding.UTF8.GetString(errorBytes));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', start.ArgumentList)} did not end in time");
        }
    }

    /// <summary>Runs the executable under test.</summary>
    public static Task<CommandResult> Sandbox(params string[] arguments) => Run(Repository.Executable, arguments);

    /// <summary>Runs a tool that a test needs: anything but success fails the test with the tool's own words.</summary>
    public static async Task<string> Tool(string file, params string[] arguments)
    {
        CommandResult result = await Run(file, arguments);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
    }

    private static async Task<byte[]> ReadAll(Stream stream, CancellationToken stop)
    {
        using MemoryStream all = new();
        await stream.CopyToAsync(all, stop);
        return all.ToArray();
    }

    /// <summary>Writes what the program reads; one that ends, or closes its input, before it has read all is no failure.</summary>
    private static async Task Feed(Stream stream, byte[] input, CancellationToken stop)
    {
        try
        {
            await using (stream)
            {
                await stream.WriteAsync(input, stop);
            }
        }
        catch (IOException)
        {
        }
    }
}

/// <summary>How a program ended (128+n for signal n), and what it wrote.</summary>
internal sealed record CommandResult(int ExitCode, byte[] OutputBytes, string Error)
{
    /// <summary>Standard output as text.</summary>
    public string Output => Encoding.UTF8.GetString(OutputBytes);
}
