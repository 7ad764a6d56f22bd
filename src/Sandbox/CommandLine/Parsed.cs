namespace Sandbox.CommandLine;

/// <summary>A value read from a word of the command line, or why the word is none: "allowed are auto, single, host".</summary>
internal readonly struct Parsed<T>
{
    private readonly T _value;

    private Parsed(T value, string? why)
    {
        _value = value;
        Why = why;
    }

    /// <summary>Why there is no value; null where there is one.</summary>
    public string? Why { get; }

    public T Value => Why is null ? _value : throw new InvalidOperationException(Why);

    public static implicit operator Parsed<T>(T value) => new(value, null);

    public static implicit operator Parsed<T>(Wrong wrong) => new(default!, wrong.Why);
}
