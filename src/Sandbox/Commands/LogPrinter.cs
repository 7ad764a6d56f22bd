using System.Buffers;
using System.Text;
using Sandbox.CommandLine;
using Sandbox.Json;
using Sandbox.State;

namespace Sandbox.Commands;

/// <summary>Prints records of a log: each stream on its own, as the command wrote it, or line by line with the time.</summary>
internal sealed class LogPrinter(LogsOptions options, long skipped)
{
    private const int StandardOutput = 1;

    // By stream; there are two, numbered from 1.
    private readonly bool[] _midLine = new bool[3];
    private long _skipped = skipped;

    public void Take(LogRecord record, ReadOnlySpan<byte> text)
    {
        while (_skipped > 0 && !text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            text = end < 0 ? [] : text[(end + 1)..];
            _skipped -= end < 0 ? 0 : 1;
        }

        if (text.IsEmpty)
        {
            return;
        }

        if (!options.Json && !options.Timestamps)
        {
            Output.Pass(record.Stream, text);
            return;
        }

        ArrayBufferWriter<byte> lines = new();
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            bool isWhole = range.End.Value < text.Length;
            if (!line.IsEmpty || isWhole)
            {
                if (options.Json)
                {
                    AddJson(lines, record, line);
                }
                else
                {
                    AddLine(lines, record, line, isWhole);
                }

                _midLine[record.Stream] = !isWhole;
            }
        }

        Output.Pass(options.Json ? StandardOutput : record.Stream, lines.WrittenSpan);
    }

    /// <summary>The bytes as they came: a character may lie in two records, and not all that is written is UTF-8.</summary>
    private void AddLine(ArrayBufferWriter<byte> lines, LogRecord record, ReadOnlySpan<byte> line, bool isWhole)
    {
        if (!_midLine[record.Stream])
        {
            lines.Write(Encoding.UTF8.GetBytes($"{record.Time} "));
        }

        lines.Write(line);
        lines.Write(isWhole ? "\n"u8 : []);
    }

    private static void AddJson(ArrayBufferWriter<byte> lines, LogRecord record, ReadOnlySpan<byte> line) => lines.Write(Encoding.UTF8.GetBytes(new JsonText(compact: true).Begin('{')
        .Add("Time", record.Time.ToString()).Add("Stream", record.Stream == StandardOutput ? "stdout" : "stderr").Add("Text", Encoding.UTF8.GetString(line))
        .End('}') + "\n"));
}
