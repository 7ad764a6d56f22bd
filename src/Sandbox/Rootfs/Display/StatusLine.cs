namespace Sandbox.Rootfs;

/// <summary>One line at the bottom of the terminal that says what takes so long; where standard error is no terminal, nothing.</summary>
internal sealed class StatusLine(bool quiet) : IDisposable
{
    /// <summary>What is over sooner is not worth a line.</summary>
    private const long Patience = 300;

    private const long Period = 100;

    private readonly bool _enabled = !quiet && StandardError.IsTerminal;
    private long _next = Environment.TickCount64 + Patience;
    private bool _shown;

    /// <summary>Shows the text if it is time to; it is asked for only then.</summary>
    public void Show<T>(T state, Func<T, string> text)
    {
        long now = Environment.TickCount64;
        if (_enabled && now >= _next)
        {
            _next = now + Period;
            _shown = true;
            StandardError.Write($"\r{StandardError.Row(text(state))}\e[K");
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_shown)
        {
            _shown = false;
            StandardError.Write("\r\e[K");
        }
    }
}
