using Sandbox.Syscalls;

namespace Sandbox.Images;

/// <summary>A hash in the making: takes bytes as they pass, and ends as a <see cref="Digest"/>.</summary>
internal sealed unsafe class Hasher
{
    private readonly DigestAlgorithm _algorithm;
    private Sha256Context _sha256;
    private Sha512Context _sha512;

    public Hasher(DigestAlgorithm algorithm)
    {
        _algorithm = algorithm;
        Libcrypto.Prepare();
        _ = algorithm == DigestAlgorithm.Sha256 ? Libcrypto.SHA256_Init(ref _sha256) : Libcrypto.SHA512_Init(ref _sha512);
    }

    /// <summary>The digest of a content that is there whole.</summary>
    public static Digest Of(ReadOnlySpan<byte> content, DigestAlgorithm algorithm = DigestAlgorithm.Sha256)
    {
        Hasher hasher = new(algorithm);
        hasher.Update(content);
        return hasher.Finish();
    }

    /// <summary>Takes the next bytes of the content.</summary>
    public void Update(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            _ = _algorithm == DigestAlgorithm.Sha256
                ? Libcrypto.SHA256_Update(ref _sha256, start, (nuint)bytes.Length)
                : Libcrypto.SHA512_Update(ref _sha512, start, (nuint)bytes.Length);
        }
    }

    /// <summary>The digest of all that was taken; to be called once, at the end.</summary>
    public Digest Finish()
    {
        Span<byte> hash = stackalloc byte[(int)_algorithm];
        fixed (byte* start = hash)
        {
            _ = _algorithm == DigestAlgorithm.Sha256
                ? Libcrypto.SHA256_Final(start, ref _sha256)
                : Libcrypto.SHA512_Final(start, ref _sha512);
        }

        return Digest.FromHash(hash);
    }
}
