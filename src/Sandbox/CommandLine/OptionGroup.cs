using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>Options that help shows under one heading.</summary>
internal readonly record struct OptionGroup<TOption>(string Title, ImmutableArray<TOption> Options)
    where TOption : Option;
