using Sandbox.Spec;

namespace Sandbox.Tests.Spec.Config;

/// <summary>config.md, Specification version: MUST be in SemVer v2.0.0 format.</summary>
public class SpecVersionTests
{
    [Test]
    [Arguments("1.0.0", true)]
    [Arguments("1.0.2-dev", true)]
    [Arguments("1.3.0", true)]
    [Arguments("1.9.0+build.5", true)]
    [Arguments("1.2.0-rc.1+01.x-y", true)]
    [Arguments("1.0.0-0.a-b.0a", true)]
    [Arguments("0.9.0", false)]
    [Arguments("2.0.0", false)]
    [Arguments("", null)]
    [Arguments("1", null)]
    [Arguments("1.0", null)]
    [Arguments("1.0.0.0", null)]
    [Arguments("1.0.x", null)]
    [Arguments("1.01.0", null)]
    [Arguments("1.0.0-", null)]
    [Arguments("1.0.0-x+", null)]
    [Arguments("1.0.0-a..b", null)]
    [Arguments("1.0.0-01", null)]
    [Arguments("1.0.0-x_y", null)]
    [Arguments("1.0.0-ä", null)]
    [Arguments("1.0.0+a+b", null)]
    [Arguments("v1.0.0", null)]
    [Arguments("+1.0.0", null)]
    public async Task A_version_is_read_as_far_as_it_can_be(string version, bool? readable) => await Assert.That(SpecVersion.IsReadable(version)).IsEqualTo(readable);
}
