using Sandbox.Rootfs;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Rootfs;

/// <summary>A worker that was taken over can lie, and nothing more.</summary>
public class WorkerReportTests
{
    [Test]
    public async Task What_is_encoded_is_decoded()
    {
        WorkerReport sent = new()
        {
            Entries = 1, Bytes = 2, DeviceNodesLeftOut = 3, AttributesLeftOut = long.MaxValue,
            Failure = new SandboxException("cannot unpack ä.tar", "truncated", "fetch it again", errno: Errno.EIO),
        };

        await Assert.That(WorkerReport.TryDecode(sent.Encode(), out WorkerReport? taken)).IsTrue();
        await Assert.That((taken!.Entries, taken.Bytes, taken.DeviceNodesLeftOut, taken.AttributesLeftOut)).IsEqualTo((1, 2, 3, long.MaxValue));
        await Assert.That(taken.Failure!.Message).IsEqualTo("cannot unpack ä.tar: truncated");
        await Assert.That((taken.Failure.Hint, taken.Failure.Errno)).IsEqualTo(("fetch it again", Errno.EIO));
    }

    [Test]
    public async Task A_terminal_is_not_sent_what_it_would_obey()
    {
        WorkerReport sent = new() { Failure = new SandboxException("\e[2Jx", "a\nb\u009bc", "\u202egpj\0") };
        WorkerReport.TryDecode(sent.Encode(), out WorkerReport? taken);

        await Assert.That(taken!.Failure!.Message).IsEqualTo("?[2Jx: a?b?c");
        await Assert.That(taken.Failure.Hint).IsEqualTo("?gpj?");
    }

    [Test]
    public async Task Texts_without_end_are_cut()
    {
        WorkerReport sent = new() { Failure = new SandboxException(new string('a', 100_000), new string('b', 100_000), new string('c', 100_000)) };

        await Assert.That(sent.Encode().Length).IsLessThanOrEqualTo(WorkerReport.LengthLimit);
        await Assert.That(WorkerReport.TryDecode(sent.Encode(), out _)).IsTrue();
    }

    [Test]
    public async Task A_record_that_is_cut_or_longer_is_refused()
    {
        byte[] whole = new WorkerReport { Failure = new SandboxException("what", "why", "hint") }.Encode();
        for (int length = 0; length < whole.Length; length++)
        {
            await Assert.That(WorkerReport.TryDecode(whole.AsSpan(0, length), out _)).IsFalse();
        }

        await Assert.That(WorkerReport.TryDecode([.. whole, 0], out _)).IsFalse();
        await Assert.That(WorkerReport.TryDecode(new byte[WorkerReport.LengthLimit + 1], out _)).IsFalse();
    }

    [Test]
    [Arguments(0, (byte)0)] // the magic number
    [Arguments(4, (byte)4)] // a kind that is none
    [Arguments(15, (byte)0x80)] // a negative number of entries
    [Arguments(42, (byte)1)] // an error number that is none
    [Arguments(45, (byte)0xff)] // a text longer than the record
    public async Task Numbers_out_of_bounds_are_refused(int offset, byte value)
    {
        byte[] record = new WorkerReport { Failure = new SandboxException("what", "why", "hint") }.Encode();
        record[offset] = value;

        await Assert.That(WorkerReport.TryDecode(record, out _)).IsFalse();
    }

    [Test]
    public async Task Bytes_of_any_kind_do_no_harm()
    {
        Random random = new(1);
        byte[] valid = new WorkerReport { Failure = new SandboxException("what", "why", "hint") }.Encode();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] record = [.. valid];
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                record[random.Next(record.Length)] = (byte)random.Next(256);
            }

            WorkerReport.TryDecode(record, out _);
        }

        await Assert.That(WorkerReport.TryDecode(valid, out _)).IsTrue();
    }
}
