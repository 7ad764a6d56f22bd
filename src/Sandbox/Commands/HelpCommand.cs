using Sandbox.CommandLine;

namespace Sandbox.Commands;

/// <summary><c>sandbox help</c> and <c>--help</c>.</summary>
internal static class HelpCommand
{
    public static int Run(HelpOptions options)
    {
        string text = options.Manual ? ManualPage.Write()
            : options.Topic is null ? HelpText.Overview()
            : HelpText.Of(Verbs.Find(options.Topic)!);
        return Output.Print(text);
    }
}
