using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Options that help shows under one heading. Rows are made when they are asked for: a start pays for few of them.</summary>
internal sealed class OptionGroup(string title, Func<ImmutableArray<Option>> rows)
{
    private ImmutableArray<Option> _options;

    public string Title => title;

    public ImmutableArray<Option> Options => _options.IsDefault ? _options = rows() : _options;
}
