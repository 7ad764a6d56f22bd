using System.Runtime;
using System.Runtime.CompilerServices;
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
    private static bool _isUnprepared;

    /// <summary>
    /// To be called before any hash: looks which instructions for it the processor has. In the executable the library would
    /// ask before main already, and each start pay for it, in a virtual machine as much as a hundred system calls.
    /// </summary>
    public static void Prepare()
    {
        if (_isUnprepared)
        {
            LookAtProcessor();
            _isUnprepared = false;
        }
    }

    [RuntimeExport("__wrap_OPENSSL_cpuid_setup")]
    private static void PutOff() => _isUnprepared = true;

    [RuntimeImport("__real_OPENSSL_cpuid_setup")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void LookAtProcessor();

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
