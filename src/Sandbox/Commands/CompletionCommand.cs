using Sandbox.CommandLine;

namespace Sandbox.Commands;

/// <summary><c>sandbox completion</c>.</summary>
internal static class CompletionCommand
{
    public static int Run(CompletionOptions options) =>
        Output.Print(options.Shell == Shell.Bash ? BashCompletion.Write() : ZshCompletion.Write());
}
