using Sandbox.Images;

namespace Sandbox.Tests.Images;

/// <summary>A name is the one that Docker would take it for, or none.</summary>
public class ReferenceTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Test]
    [Arguments("")]
    [Arguments("UPPER")]
    [Arguments("a//b")]
    [Arguments("/a")]
    [Arguments("a/")]
    [Arguments("a/../b")]
    [Arguments("..")]
    [Arguments(".a")]
    [Arguments("a..b")]
    [Arguments("a___b")]
    [Arguments("a-")]
    [Arguments("a:")]
    [Arguments("a:-b")]
    [Arguments("a:b c")]
    [Arguments("a@sha256:12")]
    [Arguments("a@sha1:" + Hex)]
    [Arguments("a\nb")]
    [Arguments("ä")]
    [Arguments("-host.com/a")]
    [Arguments("host.com:/a")]
    [Arguments("host.com:x/a")]
    [Arguments(Hex)]
    [Arguments("sha256:" + Hex)]
    [Arguments("docker.io/library/sha512:0123456")]
    public async Task What_is_no_name_is_refused(string text) =>
        await Assert.That(Reference.TryParse(text, out _)).IsFalse();

    [Test]
    public async Task A_name_or_tag_that_is_too_long_is_refused()
    {
        await Assert.That(Reference.TryParse(new string('a', 237), out _)).IsTrue();
        await Assert.That(Reference.TryParse(new string('a', 238), out _)).IsFalse();
        await Assert.That(Reference.TryParse("a:" + new string('b', 128), out _)).IsTrue();
        await Assert.That(Reference.TryParse("a:" + new string('b', 129), out _)).IsFalse();
    }

    [Test]
    [Arguments("redis", "docker.io/library/redis:latest")]
    [Arguments("redis:7", "docker.io/library/redis:7")]
    [Arguments("me/app", "docker.io/me/app:latest")]
    [Arguments("index.docker.io/redis", "docker.io/library/redis:latest")]
    [Arguments("localhost/app", "localhost/app:latest")]
    [Arguments("localhost:5000/app:v1", "localhost:5000/app:v1")]
    [Arguments("quay.io/a/b__c-d--e.f:T_1.x-", "quay.io/a/b__c-d--e.f:T_1.x-")]
    [Arguments("redis@sha256:" + Hex, "docker.io/library/redis@sha256:" + Hex)]
    [Arguments("redis:7@sha256:" + Hex, "docker.io/library/redis:7@sha256:" + Hex)]
    public async Task A_name_is_made_whole(string text, string whole)
    {
        await Assert.That(Reference.TryParse(text, out Reference? reference)).IsTrue();
        await Assert.That(reference!.ToString()).IsEqualTo(whole);
        await Assert.That(Reference.TryParse(whole, out Reference? again)).IsTrue();
        await Assert.That(again).IsEqualTo(reference);
    }
}
