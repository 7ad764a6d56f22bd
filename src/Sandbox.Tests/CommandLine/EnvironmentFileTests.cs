using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>Files of variables are read as docker reads them.</summary>
public class EnvironmentFileTests
{
    [Test]
    [Arguments("A=1\n=2\n", "line 2: allowed are NAME=VALUE and NAME")]
    [Arguments("A B=1", "line 1: a name has no space in it")]
    [Arguments("A=1\nB=\0", "line 2 is not text in UTF-8")]
    [Arguments("\uFFFD", "line 1 is not text in UTF-8")]
    public async Task A_line_that_is_no_variable_is_refused_with_its_number(string text, string why) =>
        await Assert.That(EnvironmentFile.Read(text).Why).IsEqualTo(why);

    [Test]
    public async Task Comments_and_blanks_are_passed_over_and_quotes_are_kept() =>
        await Assert.That(EnvironmentFile.Read("# no\n\n  A=1 \r\nB=\"x # y\"\n\t# no\nC\nD=\n").Value).IsEquivalentTo(
            [new EnvironmentOption("A", "1 "), new("B", "\"x # y\""), new("C", null), new("D", "")],
            TUnit.Assertions.Enums.CollectionOrdering.Matching);

    [Test]
    public async Task A_mark_of_the_byte_order_is_no_part_of_a_name() =>
        await Assert.That(EnvironmentFile.Read("\uFEFFA=1").Value).IsEquivalentTo([new EnvironmentOption("A", "1")]);

    [Test]
    public async Task An_empty_file_has_no_variables() => await Assert.That(EnvironmentFile.Read("").Value.IsEmpty).IsTrue();
}
