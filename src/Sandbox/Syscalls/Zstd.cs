using System.Runtime;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sandbox.Syscalls;

/// <summary>ZSTD_inBuffer of zstd.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdInput
{
    public byte* Source;
    public nuint Size;
    public nuint Position;
}

/// <summary>ZSTD_outBuffer of zstd.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ZstdOutput
{
    public byte* Destination;
    public nuint Size;
    public nuint Position;
}

/// <summary>ZSTD_dParameter of zstd.h.</summary>
internal enum ZstdParameter
{
    ZSTD_d_windowLogMax = 100,
}

/// <summary>Owns a ZSTD_DStream.</summary>
internal sealed class ZstdStreamHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() => Libzstd.ZSTD_freeDStream(handle) == 0;
}

/// <summary>Calls of zstd.h; a result may be an error, which <see cref="ZSTD_isError"/> tells.</summary>
internal static unsafe partial class Libzstd
{
    [LibraryImport("libzstd")]
    public static partial ZstdStreamHandle ZSTD_createDStream();

    [LibraryImport("libzstd")]
    public static partial nuint ZSTD_freeDStream(nint stream);

    [LibraryImport("libzstd")]
    public static partial nuint ZSTD_DCtx_setParameter(ZstdStreamHandle stream, ZstdParameter parameter, int value);

    [LibraryImport("libzstd")]
    public static partial nuint ZSTD_decompressStream(ZstdStreamHandle stream, ZstdOutput* output, ZstdInput* input);

    [LibraryImport("libzstd")]
    public static partial uint ZSTD_isError(nuint result);

    [LibraryImport("libzstd")]
    public static partial byte* ZSTD_getErrorName(nuint result);

    /// <summary>
    /// Stands, by the linker's --defsym, for every function of libzstd that reads a format from before its version 1.0:
    /// "no memory", which makes such data a clean failure.
    /// </summary>
    [RuntimeExport("zstd_without_old_formats")]
    private static nint WithoutOldFormats() => 0;
}
