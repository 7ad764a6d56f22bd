using Sandbox.CommandLine;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary><c>sandbox logs</c>.</summary>
internal static class LogsCommand
{
    public static int Run(LogsOptions options)
    {
        Sandboxes.LetSignalsEnd();
        using Registry registry = Sandboxes.Open(options);
        using SandboxEntry entry = registry.Find(options.Names[0]);

        // From before the first look: what comes between a look and the wait for more must not be missed.
        using DirectoryChanges? changes = options.Follow ? new DirectoryChanges(entry.Directory) : null;
        LogPrinter printer = new(options, options.Tail is { } lines ? Count(entry) - lines : 0);
        using LogReader reader = new(entry.Directory);
        reader.Read(printer.Take);
        while (changes is not null)
        {
            entry.Look();
            if (!entry.IsAlive)
            {
                // What came before the end and after the last reading.
                reader.Read(printer.Take);
                break;
            }

            changes.Await();
            reader.Read(printer.Take);
        }

        printer.Finish();
        return 0;
    }

    /// <summary>How many lines there are; the last one may lack its end.</summary>
    private static long Count(SandboxEntry entry)
    {
        long lines = 0;
        bool midLine = false;
        using LogReader reader = new(entry.Directory);
        reader.Read((_, text) =>
        {
            lines += text.Count((byte)'\n');
            midLine = text[^1] != '\n';
        });
        return midLine ? lines + 1 : lines;
    }
}
