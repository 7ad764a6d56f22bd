namespace Sandbox.CommandLine;

/// <summary>What the command line asks for, one record a verb; a command line that asks for nothing sensible is a <see cref="Refusal"/>.</summary>
internal abstract record Invocation
{
    /// <summary>The directory of images and running state (<c>--root</c>), or null for the usual ones.</summary>
    public string? Root { get; init; }

    /// <summary>No progress display and no notes; errors are still printed.</summary>
    public bool Quiet { get; init; }

    /// <summary>The words that go to a command as they are, whatever bytes they hold; all others have to be text.</summary>
    public virtual IEnumerable<string> PassedOn => [];

    /// <summary>A refusal of this command line, with what of it still holds.</summary>
    public virtual Refusal Refuse(Refusal refusal) => refusal;

    /// <summary>Its kind alone: what the compiler would write to show all members is code that nobody needs.</summary>
    public sealed override string ToString() => GetType().Name;
}
