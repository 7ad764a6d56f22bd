namespace Sandbox.CommandLine;

/// <summary>The options that every verb has; they may also stand before the verb.</summary>
internal static class CommonOptions
{
    public const string Title = "Common options";

    public static OptionGroup Of<TOptions>()
        where TOptions : Invocation => new(Title, () =>
        [
            Option<TOptions>.Value("root", '\0', "DIR", "Directory of images and running state, instead of the usual ones.",
                Words.NotEmpty, (o, v) => o with { Root = v }, ValueKind.Directory),
            Option<TOptions>.Flag("quiet", 'q', "Show no progress and no notes; errors are still shown.", (o, v) => o with { Quiet = v }),
            Option<TOptions>.Ending("help", "Show the help of this command and end.", verb => new HelpOptions { Topic = verb }),
            Option<TOptions>.Ending("version", "Show the version of sandbox and end.", _ => new VersionOptions()),
        ]);
}
