namespace Sandbox.CommandLine;

/// <summary>The rows of <c>sandbox check</c>.</summary>
internal static class CheckVerb
{
    public static Verb Entry => new Verb<CheckOptions>
    {
        Name = "check",
        Summary = "Tell what this machine and this user can do",
        Description =
        [
            "Each line is something that was tried a moment ago: namespaces were made, file systems mounted, filters installed, cgroups limited, and all of it is gone " +
            "again. Where it did not work the reason stands there, and what mends it. The exit code is 0 when 'sandbox run' would work.",
            "Where one id alone is mapped (--userns single, or no ranges in /etc/subuid), the kernel forbids setgroups(2): the groups that the caller is in stay in force inside.",
        ],
        Examples = [new("Look why a run fails", "sandbox check"), new("Let a program look", "sandbox check --json")],
        Empty = new CheckOptions(),
        Options = static () => [new("What is tried", () => [StoreRows.UserNamespace<CheckOptions>()]), new("Display", () => [StoreRows.Json<CheckOptions>()]), CommonOptions.Of<CheckOptions>()],
        Finish = static (options, words) => StoreRows.Check("check", words) is { } refusal ? refusal : options,
    };
}
