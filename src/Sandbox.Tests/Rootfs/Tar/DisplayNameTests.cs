using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>A name that an archive brings can neither forge a line of a message nor drive a terminal.</summary>
public class DisplayNameTests
{
    [Test]
    [Arguments("6C696E650A73616E64626F783A20616C6C2077656C6C")]
    [Arguments("1B5B324A")]
    [Arguments("C29B324A")]
    [Arguments("E280AE747874")]
    [Arguments("E280A8")]
    [Arguments("F3A08081")]
    [Arguments("FF00FE")]
    [Arguments("C0AF")]
    [Arguments("EDA080")]
    [Arguments("7F08")]
    public async Task Bytes_that_are_no_plain_text_are_escaped(string hex)
    {
        string shown = DisplayName.Of(Convert.FromHexString(hex));
        await Assert.That(shown.All(one => one is >= ' ' and <= '~')).IsTrue().Because(shown);
    }

    [Test]
    public async Task Plain_text_of_every_language_is_shown_as_it_is() =>
        await Assert.That(DisplayName.Of("usr/share/Größe 文書.txt"u8)).IsEqualTo("'usr/share/Größe 文書.txt'");

    [Test]
    public async Task A_quote_cannot_end_the_name_early()
    {
        string shown = DisplayName.Of("a': cannot open 'b"u8);
        await Assert.That(shown.Trim('\'').Replace("\\'", "", StringComparison.Ordinal)).DoesNotContain("'");
    }

    [Test]
    public async Task A_name_as_long_as_they_come_does_not_fill_the_screen() =>
        await Assert.That(DisplayName.Of(Enumerable.Repeat((byte)'x', 4095).ToArray()).Length).IsLessThan(1000);
}
