using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>A verb that sandbox calls in a second process of its own; its words are not read here.</summary>
internal sealed class WorkerVerb : Verb
{
    public override ImmutableArray<OptionGroup> OptionGroups => [];

    public override Invocation Read(ReadOnlySpan<string> words) => new WorkerOptions(Name, [.. words]);
}
