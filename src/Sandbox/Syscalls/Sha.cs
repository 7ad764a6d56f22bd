using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>SHA256_CTX of openssl/sha.h; 112 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 112)]
internal struct Sha256Context
{
    private readonly ulong _first;
}

/// <summary>SHA512_CTX of openssl/sha.h; 216 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 216)]
internal struct Sha512Context
{
    private readonly ulong _first;
}

/// <summary>
/// Calls of openssl/sha.h. This oldest interface needs 25 KB of libcrypto, the EVP interface nearly all of it.
/// </summary>
internal static unsafe partial class Libcrypto
{
    [LibraryImport("libcrypto")]
    public static partial int SHA256_Init(ref Sha256Context context);

    [LibraryImport("libcrypto")]
    public static partial int SHA256_Update(ref Sha256Context context, byte* data, nuint length);

    [LibraryImport("libcrypto")]
    public static partial int SHA256_Final(byte* hash, ref Sha256Context context);

    [LibraryImport("libcrypto")]
    public static partial int SHA512_Init(ref Sha512Context context);

    [LibraryImport("libcrypto")]
    public static partial int SHA512_Update(ref Sha512Context context, byte* data, nuint length);

    [LibraryImport("libcrypto")]
    public static partial int SHA512_Final(byte* hash, ref Sha512Context context);
}
