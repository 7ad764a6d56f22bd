namespace Sandbox.CommandLine;

/// <summary>One variable of <c>-e</c> or of an env-file; without a value the caller's own is taken.</summary>
internal readonly record struct EnvironmentOption(string Name, string? Value)
{
    /// <summary>As it was written.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}
