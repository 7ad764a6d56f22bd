using System.Globalization;
using System.Text;
using Sandbox.Json;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Shows how far the unpackings are: on a terminal one line each, drawn again and again in the same place.</summary>
internal sealed class Progress : IDisposable
{
    /// <summary>What is over sooner is not worth a line.</summary>
    private const long Patience = 300;

    private const long TerminalPeriod = 100, JsonPeriod = 1000;

    private readonly ProgressMode _mode;
    private readonly bool _terminal;
    private long _next = Environment.TickCount64 + Patience;
    private int _lines;

    public Progress(ProgressMode mode, bool quiet)
    {
        _mode = quiet ? ProgressMode.None : mode;
        _terminal = _mode == ProgressMode.Auto && StandardError.IsTerminal;
    }

    /// <summary>Shows how far those are that run now, if it is time to.</summary>
    public void Show(int count, Func<int, UnpackMeter> meter)
    {
        long now = Environment.TickCount64;
        if (now < _next || !(_terminal || _mode == ProgressMode.Json))
        {
            return;
        }

        _next = now + (_terminal ? TerminalPeriod : JsonPeriod);
        StringBuilder text = new();
        Rewind(text);
        for (int i = 0; i < count; i++)
        {
            text.Append(_terminal ? $"{StandardError.Row(meter(i).ToString())}\e[K\n" : Json(meter(i), done: false));
        }

        _lines = _terminal ? count : 0;
        StandardError.Write(text.ToString());
    }

    /// <summary>One is done.</summary>
    /// <param name="meter">What it came to.</param>
    /// <param name="nodes">How many device nodes were left out.</param>
    public void Finish(UnpackMeter meter, long nodes)
    {
        switch (_mode)
        {
            case ProgressMode.Plain:
                string leftOut = nodes == 0 ? "" : $", without {nodes} device nodes";
                StandardError.Write(string.Create(CultureInfo.InvariantCulture, $"unpacked {PlainText.Of(meter.Name)}: {meter.Done} bytes in {meter.Elapsed.TotalSeconds:0.0} s{leftOut}\n"));
                break;
            case ProgressMode.Json:
                StandardError.Write(Json(meter, done: true, nodes));
                break;
            case ProgressMode.Auto when _terminal && nodes > 0:
                StringBuilder text = new();
                Rewind(text);
                StandardError.Write(text.Append(CultureInfo.InvariantCulture, $"sandbox: left out {nodes} device nodes of {PlainText.Of(meter.Name)}; a sandbox has a /dev of its own\n").ToString());
                break;
        }
    }

    /// <summary>Takes the lines away.</summary>
    public void Dispose()
    {
        StringBuilder text = new();
        Rewind(text);
        StandardError.Write(text.ToString());
    }

    /// <summary>Back to the first line of the display, with nothing below it.</summary>
    private void Rewind(StringBuilder text)
    {
        if (_lines > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\r\e[{_lines}A\e[J");
            _lines = 0;
        }
    }

    private static string Json(UnpackMeter meter, bool done, long nodes = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"layer\":{JsonText.Quote(meter.Name)},\"bytes\":{meter.Done},\"total\":{meter.Total},\"seconds\":{meter.Elapsed.TotalSeconds:0.000},\"done\":{(done ? $"true,\"deviceNodesLeftOut\":{nodes}" : "false")}}}\n");
}
