namespace Sandbox.State;

/// <summary>Takes one record of a log.</summary>
internal delegate void TakeLog(LogRecord record, ReadOnlySpan<byte> text);
