using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// How a worker ended, as it goes through the report pipe: one record, a header of fixed size and then text. The
/// worker has met hostile bytes and may be anybody's: what comes out of the pipe is bounded, and has no control
/// characters, which a terminal would obey.
/// </summary>
/// <remarks>
/// The header: u32 magic, u32 kind (1 done, 2 failed, 3 the archive holds images), u64 entries, u64 bytes, u64 device nodes left out, u64 attributes
/// left out, u32 error number, and the lengths of four texts (what, why, hint, digest) as u16; little endian.
/// </remarks>
internal sealed record WorkerReport
{
    /// <summary>No record is longer; more bytes than that are a worker gone wrong.</summary>
    public const int LengthLimit = HeaderLength + (4 * TextLimit);

    private const int NumbersOffset = 8;
    private const int ErrnoOffset = 40;
    private const int LengthsOffset = 44;
    private const int HeaderLength = 52;

    /// <summary>The kernel has no error number above it.</summary>
    private const uint ErrnoLimit = 4095;

    private const int TextLimit = 8192;
    private const uint Magic = 0x32525753;

    /// <summary>Why the worker failed, or null if it did not.</summary>
    public SandboxException? Failure { get; init; }

    /// <summary>Whether the archive holds images and no root file system: then nothing of it was unpacked.</summary>
    public bool HoldsImages { get; init; }

    public long Entries { get; init; }

    public long Bytes { get; init; }

    public long DeviceNodesLeftOut { get; init; }

    public long AttributesLeftOut { get; init; }

    /// <summary>The digest of the archive without compression, where it was asked for.</summary>
    public Digest? Digest { get; init; }

    /// <summary>The report of a finished unpacking.</summary>
    public static WorkerReport Of(UnpackResult result) => new()
    {
        HoldsImages = result.HoldsImages,
        Entries = result.Entries,
        Bytes = result.Bytes,
        DeviceNodesLeftOut = result.DeviceNodesLeftOut,
        AttributesLeftOut = result.AttributesLeftOut,
        Digest = result.Digest,
    };

    public byte[] Encode()
    {
        byte[] what = Text(Failure?.What), why = Text(Failure?.Why), hint = Text(Failure?.Hint), digest = Text(Digest?.ToString());
        byte[] record = new byte[HeaderLength + what.Length + why.Length + hint.Length + digest.Length];
        Span<byte> rest = record;
        Put32(ref rest, Magic);
        Put32(ref rest, Failure is not null ? 2u : HoldsImages ? 3u : 1u);
        Put64(ref rest, Entries);
        Put64(ref rest, Bytes);
        Put64(ref rest, DeviceNodesLeftOut);
        Put64(ref rest, AttributesLeftOut);
        Put32(ref rest, (uint)(Failure?.Errno ?? Errno.None));
        foreach (byte[] text in (ReadOnlySpan<byte[]>)[what, why, hint, digest])
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)text.Length);
            rest = rest[2..];
        }

        foreach (byte[] text in (ReadOnlySpan<byte[]>)[what, why, hint, digest])
        {
            text.CopyTo(rest);
            rest = rest[text.Length..];
        }

        return record;
    }

    /// <summary>Takes a record from bytes that may be anything.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> record, [NotNullWhen(true)] out WorkerReport? report)
    {
        report = null;
        if (record.Length is < HeaderLength or > LengthLimit || BinaryPrimitives.ReadUInt32LittleEndian(record) != Magic)
        {
            return false;
        }

        uint kind = BinaryPrimitives.ReadUInt32LittleEndian(record[4..]);
        Span<long> numbers = stackalloc long[4];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = BinaryPrimitives.ReadInt64LittleEndian(record[(NumbersOffset + (8 * i))..]);
        }

        uint errno = BinaryPrimitives.ReadUInt32LittleEndian(record[ErrnoOffset..]);
        ReadOnlySpan<byte> texts = record[HeaderLength..];
        if (kind is not (1 or 2 or 3) || errno > ErrnoLimit || numbers.IndexOfAnyExceptInRange(0, long.MaxValue) >= 0
            || !TryTake(record, 0, ref texts, out string what)
            || !TryTake(record, 1, ref texts, out string why)
            || !TryTake(record, 2, ref texts, out string hint)
            || !TryTake(record, 3, ref texts, out string digest)
            || !texts.IsEmpty)
        {
            return false;
        }

        report = new WorkerReport
        {
            Digest = Images.Digest.TryParse(digest, out Digest parsed) ? parsed : null,
            Failure = kind == 2 ? new SandboxException(what, why, hint.Length == 0 ? null : hint, errno: (Errno)errno) : null,
            HoldsImages = kind == 3,
            Entries = numbers[0],
            Bytes = numbers[1],
            DeviceNodesLeftOut = numbers[2],
            AttributesLeftOut = numbers[3],
        };
        return true;
    }

    private static bool TryTake(ReadOnlySpan<byte> record, int index, ref ReadOnlySpan<byte> texts, out string text)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(record[(LengthsOffset + (2 * index))..]);
        bool fits = length <= texts.Length && length <= TextLimit;
        text = fits ? Harmless(Encoding.UTF8.GetString(texts[..length])) : "";
        texts = fits ? texts[length..] : texts;
        return fits;
    }

    /// <summary>The text as a terminal may show it: no control characters of either set, none that turn its direction.</summary>
    private static string Harmless(string text) => string.Create(text.Length, text, static (target, source) =>
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = char.IsControl(source[i]) || char.GetUnicodeCategory(source[i]) == System.Globalization.UnicodeCategory.Format
                ? '?'
                : source[i];
        }
    });

    private static byte[] Text(string? text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text ?? "");
        return bytes.Length <= TextLimit ? bytes : bytes[..TextLimit];
    }

    private static void Put32(ref Span<byte> rest, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(rest, value);
        rest = rest[4..];
    }

    private static void Put64(ref Span<byte> rest, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(rest, value);
        rest = rest[8..];
    }
}
