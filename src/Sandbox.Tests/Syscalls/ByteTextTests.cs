using System.Text;
using Sandbox.CommandLine;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Syscalls;

/// <summary>The name of any file comes back as the bytes that it is.</summary>
public class ByteTextTests
{
    [Test]
    [Arguments("")]
    [Arguments("plain")]
    [Arguments("\u00E9\u20AC\uFFFD\U0001F600")]
    public async Task Text_is_itself(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        await Assert.That(ByteText.Decode(bytes)).IsEqualTo(text);
        await Assert.That(Arguments.IsText(text)).IsTrue();
        await Assert.That(Encoded(text)).IsEquivalentTo(bytes);
    }

    /// <summary>Stray and missing continuations, overlong forms, halves of surrogate pairs, and what is no code point.</summary>
    [Test]
    [Arguments(new byte[] { 0xFF })]
    [Arguments(new byte[] { (byte)'a', 0x80, (byte)'b', 0xC3 })]
    [Arguments(new byte[] { 0xE2, 0x82, (byte)'x', 0xF0, 0x9F, 0x98 })]
    [Arguments(new byte[] { 0xC0, 0x80, 0xED, 0xB3, 0xBF, 0xED, 0xA0, 0x80 })]
    [Arguments(new byte[] { 0xF0, 0x9F, 0x98, 0x80, 0xFE, 0xF4, 0x90, 0x80, 0x80 })]
    public async Task Bytes_come_back(byte[] bytes)
    {
        string text = ByteText.Decode(bytes);
        await Assert.That(Arguments.IsText(text)).IsFalse();
        await Assert.That(Encoded(text)).IsEquivalentTo(bytes);
    }

    [Test]
    public async Task Any_bytes_come_back()
    {
        Random random = new(7);
        byte[] lead = [0xFF, 0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0x80, 0x9F, 0xA0, 0xB3, (byte)'a'];
        for (int i = 0; i < 10_000; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(12)).Select(_ => lead[random.Next(lead.Length)])];
            await Assert.That(Encoded(ByteText.Decode(bytes)).SequenceEqual(bytes)).IsTrue();
        }
    }

    private static byte[] Encoded(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        return bytes[..ByteText.Encode(text, bytes)];
    }
}
