namespace Sandbox.Images;

/// <summary>The hash algorithms that a digest may name, each with the number of bytes of its hash.</summary>
internal enum DigestAlgorithm
{
    Sha256 = 32,
    Sha512 = 64,
}
