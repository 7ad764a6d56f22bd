namespace Sandbox.CommandLine;

/// <summary>Reads the values of <c>--security-opt</c>, in docker's words; where docker once had ':' for '=', both do.</summary>
internal static class SecurityWords
{
    public static Parsed<SecurityOption> Read(string word)
    {
        int divider = word.AsSpan().IndexOfAny('=', ':');
        string name = divider < 0 ? word : word[..divider];
        string? value = divider < 0 ? null : word[(divider + 1)..];
        return (name, value) switch
        {
            ("seccomp", { Length: > 0 }) => new SecurityOption(SecurityKind.Seccomp, value),
            ("apparmor", { Length: > 0 }) => new SecurityOption(SecurityKind.AppArmor, value),
            ("no-new-privileges", null or "true" or "false") => new SecurityOption(SecurityKind.NoNewPrivileges, value ?? "true"),
            _ => new Wrong("allowed are seccomp=FILE|default|unconfined, apparmor=PROFILE|unconfined and no-new-privileges[=true|false]"),
        };
    }
}
