using System.Collections.Immutable;

namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox completion</c>.</summary>
internal static class CompletionVerb
{
    private static readonly ImmutableArray<string> ShellNames = ["bash", "zsh"];

    public static Verb Entry => new Verb<CompletionOptions>
    {
        Name = "completion",
        Summary = "Print the script that completes command lines of sandbox in a shell",
        Operand = new() { Usage = "bash|zsh", Kind = ValueKind.Choice, Choices = ShellNames },
        Examples =
        [
            new("Complete in this bash", "source <(sandbox completion bash)"),
            new("Complete in this zsh", "source <(sandbox completion zsh)"),
        ],
        Empty = new CompletionOptions(),
        Options = () => [CommonOptions.Of<CompletionOptions>()],
        Finish = Finish,
    };

    private static Invocation Finish(CompletionOptions options, ReadOnlySpan<string> words) => words switch
    {
        [] => new Refusal("missing shell", "allowed are bash, zsh"),
        [string shell] when ShellNames.IndexOf(shell) is >= 0 and int place => options with { Shell = (Shell)place },
        [string unknown] => new Refusal($"unknown shell '{unknown}'", "allowed are bash, zsh"),
        [_, string more, ..] => new Refusal($"wrong word '{more}'", "'sandbox completion' takes one shell"),
    };
}
