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
    private readonly (LogRecord Record, byte[] Bytes)[] _begun = [default, (default, []), (default, [])];
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

        if (options.Json)
        {
            // JSON has characters, not bytes: one that was read in two pieces is of the record that ends it.
            byte[] whole = [.. _begun[record.Stream].Bytes, .. text];
            int begun = CountBegun(whole);
            _begun[record.Stream] = (record, whole[^begun..]);
            text = whole.AsSpan(..^begun);
        }

        Print(record, text);
    }

    /// <summary>Nothing comes any more: what was begun will not be ended.</summary>
    public void Finish()
    {
        for (int stream = 1; stream < _begun.Length; stream++)
        {
            (LogRecord record, byte[] bytes) = _begun[stream];
            Print(record, bytes);
        }
    }

    private void Print(LogRecord record, ReadOnlySpan<byte> text)
    {
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

    /// <summary>How many bytes at the end begin a character of UTF-8 whose others are still to come.</summary>
    private static int CountBegun(ReadOnlySpan<byte> text) =>
        Rune.DecodeLastFromUtf8(text, out _, out int length) == OperationStatus.NeedMoreData ? length : 0;

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
