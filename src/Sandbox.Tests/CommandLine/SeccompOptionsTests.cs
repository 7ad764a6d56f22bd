using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>The question to a seccomp profile is understood whole or refused.</summary>
public class SeccompOptionsTests
{
    [Test]
    [Arguments("missing profile", new string[0])]
    [Arguments("missing profile", new[] { "--dump" })]
    [Arguments("nothing to show", new[] { "default" })]
    [Arguments("wrong word 'other'", new[] { "default", "--dump", "other" })]
    [Arguments("wrong value 'socket,x' for --explain", new[] { "default", "--explain", "socket,x" })]
    [Arguments("wrong value ',1' for --explain", new[] { "default", "--explain", ",1" })]
    [Arguments("wrong value 'a,1,2,3,4,5,6,7' for --explain", new[] { "default", "--explain", "a,1,2,3,4,5,6,7" })]
    [Arguments("wrong value '4294967296' for --explain", new[] { "default", "--explain", "4294967296" })]
    [Arguments("wrong value '0x' for --explain", new[] { "default", "--explain", "0x" })]
    [Arguments("wrong value '4l' for --explain", new[] { "default", "--explain", "4l" })]
    [Arguments("unknown option --explian", new[] { "default", "--explian", "socket" })]
    public async Task What_is_no_question_is_refused(string what, string[] words) =>
        await Assert.That(((Refusal)CommandLineOf(words)).What).IsEqualTo(what);

    [Test]
    public async Task Options_may_stand_on_both_sides_of_the_profile()
    {
        SeccompOptions options = (SeccompOptions)CommandLineOf("--dump", "p.json", "--explain=socket,38,0x10");
        await Assert.That(options.Profile).IsEqualTo("p.json");
        await Assert.That(options.Dump).IsTrue();
        await Assert.That(options.Explain!.Name).IsEqualTo("socket");
        await Assert.That(options.Explain.Arguments.SequenceEqual([38UL, 16UL])).IsTrue();
    }

    [Test]
    public async Task A_number_may_be_hexadecimal_where_a_call_is_named() =>
        await Assert.That(((SeccompOptions)CommandLineOf("default", "--explain", "0x29,0x26")).Explain!.Name).IsEqualTo("41");

    private static Invocation CommandLineOf(params string[] words) => Sandbox.CommandLine.Arguments.Read(["seccomp", .. words]);
}
