using System.Text;
using Sandbox.Rootfs;

namespace Sandbox.Tests.Rootfs;

/// <summary>Numbers mean what GNU tar and bsdtar mean by them; what is none, or does not fit, is refused and never cut.</summary>
public class TarNumberTests
{
    [Test]
    [Arguments("0000644\0", 0x1A4)]
    [Arguments("000644 \0", 0x1A4)]
    [Arguments("   644 \0", 0x1A4)]
    [Arguments("00000000", 0)]
    [Arguments("\0\0\0\0\0\0\0\0", 0)]
    [Arguments("        ", 0)]
    [Arguments("77777777", 0xFFFFFF)]
    [Arguments("\0" + "000644\0", 0x1A4)]
    [Arguments("644\0junk", 0x1A4)]
    public async Task Octal_digits_end_at_a_blank_or_a_NUL(string field, long expected)
    {
        await Assert.That(TarNumber.TryParseField(Bytes(field), out long value)).IsTrue();
        await Assert.That(value).IsEqualTo(expected);
    }

    [Test]
    [Arguments("00000648")]
    [Arguments("0x000644")]
    [Arguments("-0000644")]
    [Arguments("644junk\0")]
    public async Task Other_characters_make_no_number(string field) =>
        await Assert.That(TarNumber.TryParseField(Bytes(field), out _)).IsFalse();

    [Test]
    [Arguments("80000000000000000000002A", 42)]
    [Arguments("800000000000000200000000", 8589934592)]
    [Arguments("800000007FFFFFFFFFFFFFFF", long.MaxValue)]
    [Arguments("FFFFFFFFFFFFFFFFFFFFFFFF", -1)]
    [Arguments("FFFFFFFF8000000000000000", long.MinValue)]
    public async Task The_first_bit_marks_base_256(string hex, long expected)
    {
        await Assert.That(TarNumber.TryParseField(Convert.FromHexString(hex), out long value)).IsTrue();
        await Assert.That(value).IsEqualTo(expected);
    }

    [Test]
    [Arguments("800000008000000000000000")]
    [Arguments("80FFFFFFFFFFFFFFFFFFFFFF")]
    [Arguments("FFFFFFFF7FFFFFFFFFFFFFFF")]
    [Arguments("C00000000000000000000000")]
    public async Task A_number_that_does_not_fit_is_refused(string hex) =>
        await Assert.That(TarNumber.TryParseField(Convert.FromHexString(hex), out _)).IsFalse();

    [Test]
    [Arguments("")]
    [Arguments(" 1")]
    [Arguments("1 ")]
    [Arguments("0x1")]
    [Arguments("1.0")]
    [Arguments("9223372036854775808")]
    public async Task A_decimal_number_is_nothing_but_digits(string text) =>
        await Assert.That(TarNumber.TryParseDecimal(Bytes(text), out _)).IsFalse();

    [Test]
    [Arguments("0", 0, 0)]
    [Arguments("1.5", 1, 500_000_000)]
    [Arguments("1.0000000019", 1, 1)]
    [Arguments("-1", -1, 0)]
    [Arguments("-1.25", -2, 750_000_000)]
    [Arguments("-0.5", -1, 500_000_000)]
    [Arguments("-1.0000000001", -2, 999_999_999)]
    [Arguments("1.", 1, 0)]
    public async Task A_time_is_rounded_towards_the_past(string text, long seconds, long nanoseconds)
    {
        await Assert.That(TarNumber.TryParseTime(Bytes(text), out long wholeSeconds, out long rest)).IsTrue();
        await Assert.That((wholeSeconds, rest)).IsEqualTo((seconds, nanoseconds));
    }

    [Test]
    [Arguments("")]
    [Arguments(".5")]
    [Arguments("1.-5")]
    [Arguments("1.5s")]
    [Arguments("1e3")]
    [Arguments("-9223372036854775808.5")]
    public async Task What_is_no_time_is_refused(string text) =>
        await Assert.That(TarNumber.TryParseTime(Bytes(text), out _, out _)).IsFalse();

    /// <summary>Old tars summed up signed characters: a name beyond ASCII then has another sum.</summary>
    [Test]
    [Arguments(false, 0, true)]
    [Arguments(true, 0, true)]
    [Arguments(false, 1, false)]
    [Arguments(true, 1, false)]
    [Arguments(true, 256, false)]
    public async Task A_checksum_holds_with_signed_and_with_unsigned_bytes(bool signed, int off, bool holds)
    {
        byte[] record = new byte[512];
        "caf\u00e9\u00fc"u8.CopyTo(record);
        record.AsSpan(148, 8).Fill((byte)' ');
        int sum = record.Sum(one => signed ? (sbyte)one : one) + off;
        Bytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(record, 148);
        await Assert.That(new TarHeader(record).ChecksumHolds).IsEqualTo(holds);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
