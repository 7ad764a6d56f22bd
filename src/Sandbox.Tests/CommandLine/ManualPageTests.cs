using System.Text;
using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>The manual page is read by the real man without a complaint.</summary>
public class ManualPageTests
{
    [Test]
    public async Task Man_renders_it_without_a_warning()
    {
        CommandResult man = await Render("man", "--warnings=w", "--encoding=UTF-8", "--local-file", "-");
        await Assert.That(man.Error).IsEqualTo("");
        await Assert.That(man.ExitCode).IsEqualTo(0);

        // What mandoc(1), the man of other distributions, complains of.
        await Assert.That(ManualPage.Write()).DoesNotContain(" \n").And.DoesNotContain(".SH SYNOPSIS\n.br");
        foreach (string text in (string[])["-e, --env NAME[=VALUE]", "sandbox run [OPTIONS] IMAGE [--] [COMMAND [ARG...]]", "EXIT STATUS", "One '--' right", "--userns auto|single|host"])
        {
            await Assert.That(man.Output).Contains(text);
        }
    }

    [Test]
    public async Task A_page_that_is_wrong_is_noticed()
    {
        CommandResult man = await Command.Run("man", ["--warnings=w", "--local-file", "-"], Encoding.UTF8.GetBytes(ManualPage.Write() + ".nonsense\n\\fQ\n"), Plain);
        await Assert.That(man.Error).IsNotEqualTo("");
    }

    private static readonly Dictionary<string, string?> Plain = new()
    {
        ["MANWIDTH"] = "100",
        ["LC_ALL"] = "C.UTF-8",
        ["MAN_KEEP_FORMATTING"] = null,
        ["MANROFFOPT"] = null,
    };

    private static Task<CommandResult> Render(string file, params string[] arguments) =>
        Command.Run(file, arguments, Encoding.UTF8.GetBytes(ManualPage.Write()), Plain);
}
