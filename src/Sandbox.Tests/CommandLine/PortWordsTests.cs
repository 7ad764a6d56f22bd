using Sandbox.CommandLine;

namespace Sandbox.Tests.CommandLine;

/// <summary>The words of --tcp-ports.</summary>
public class PortWordsTests
{
    [Test]
    [Arguments("none", "", "")]
    [Arguments("bind=80", "80", "")]
    [Arguments("connect=443,bind=0,connect=65535", "0", "443 65535")]
    public async Task They_are_read(string word, string bind, string connect)
    {
        Parsed<TcpPorts> ports = PortWords.Read(word);
        await Assert.That(ports.Why).IsNull();
        await Assert.That(string.Join(' ', ports.Value!.Bind)).IsEqualTo(bind);
        await Assert.That(string.Join(' ', ports.Value!.Connect)).IsEqualTo(connect);
    }

    [Test]
    [Arguments("")]
    [Arguments("80")]
    [Arguments("bind")]
    [Arguments("bind=65536")]
    [Arguments("bind=-1")]
    [Arguments("bind=80,")]
    [Arguments("listen=80")]
    [Arguments("none,bind=80")]
    public async Task Others_are_refused(string word) => await Assert.That(PortWords.Read(word).Why).IsNotNull();
}
