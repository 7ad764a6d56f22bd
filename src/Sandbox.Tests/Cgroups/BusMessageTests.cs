using Sandbox.Cgroups;

namespace Sandbox.Tests.Cgroups;

/// <summary>D-Bus messages are laid out as the specification has it, and none that is malformed is followed beyond its end.</summary>
public class BusMessageTests
{
    private static byte[] Call => new BusCall("a.b", "/a", "a.b.C", "Do", "su", body => body.Text("words").Number(7)).ToBytes(3);

    [Test]
    public async Task What_is_written_can_be_read()
    {
        byte[] bytes = Call;
        await Assert.That(bytes.Length - BusMessage.FixedLength).IsEqualTo(BusMessage.RestLength(bytes));
        BusMessage message = BusMessage.Parse(bytes[..BusMessage.FixedLength], bytes[BusMessage.FixedLength..])!;
        await Assert.That((message.Type, message.Member, message.Signature)).IsEqualTo((BusMessageType.MethodCall, "Do", "su"));
        await Assert.That(message.Values()).IsEquivalentTo(["words", "7"], TUnit.Assertions.Enums.CollectionOrdering.Matching);
    }

    [Test]
    public async Task Arrays_begin_where_their_elements_may() =>
        await Assert.That(new BusWriter().Number(9).List(8, list => list.Number(1)).ToArray()).IsEquivalentTo(
            new byte[] { 9, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0 }, TUnit.Assertions.Enums.CollectionOrdering.Matching);

    [Test]
    public async Task A_damaged_message_is_none_or_reads_as_something()
    {
        Random random = new(11);
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = Call;
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            byte[] head = bytes[..BusMessage.FixedLength];
            int rest = BusMessage.RestLength(head);
            if (rest >= 0 && rest <= bytes.Length)
            {
                _ = BusMessage.Parse(head, [.. bytes[BusMessage.FixedLength..], .. new byte[16]])?.Values();
            }
        }

        await Assert.That(BusMessage.RestLength(new byte[16])).IsEqualTo(-1);
    }
}
