using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>What zlib's functions return (zlib.h).</summary>
internal enum ZlibResult
{
    Z_OK = 0,
    Z_STREAM_END = 1,
    Z_BUF_ERROR = -5,
}

/// <summary>The runtime's own form of zlib's z_stream.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZlibStream
{
    public byte* NextInput;
    public byte* NextOutput;
    public byte* Message;
    public void* State;
    public uint AvailableInput;
    public uint AvailableOutput;
}

/// <summary>
/// The decompressing half of the zlib that the .NET runtime brings along. GZipStream would link the other half too.
/// </summary>
internal static unsafe partial class Libzlib
{
    /// <summary>For inflateInit2: the largest window, and a gzip header and trailer, which are checked.</summary>
    public const int GzipWindowBits = 15 + 16;

    private const string Library = "libSystem.IO.Compression.Native";

    /// <summary>inflateInit2 of zlib.h.</summary>
    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    public static partial ZlibResult InflateInit2(ZlibStream* stream, int windowBits);

    /// <summary>inflate of zlib.h.</summary>
    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial ZlibResult Inflate(ZlibStream* stream, int flush);

    /// <summary>inflateReset2 of zlib.h.</summary>
    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    public static partial ZlibResult InflateReset2(ZlibStream* stream, int windowBits);

    /// <summary>inflateEnd of zlib.h.</summary>
    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial ZlibResult InflateEnd(ZlibStream* stream);
}
