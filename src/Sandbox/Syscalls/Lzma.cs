using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>lzma_stream of lzma.h; 136 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = 136)]
internal unsafe struct LzmaStream
{
    public byte* NextIn;
    public nuint AvailableIn;
    public ulong TotalIn;
    public byte* NextOut;
    public nuint AvailableOut;
    public ulong TotalOut;
}

/// <summary>lzma_ret of lzma.h.</summary>
internal enum LzmaResult
{
    LZMA_OK = 0,
    LZMA_STREAM_END = 1,
    LZMA_MEM_ERROR = 5,
    LZMA_MEMLIMIT_ERROR = 6,
    LZMA_FORMAT_ERROR = 7,
    LZMA_OPTIONS_ERROR = 8,
    LZMA_DATA_ERROR = 9,
    LZMA_BUF_ERROR = 10,
}

/// <summary>lzma_action of lzma.h.</summary>
internal enum LzmaAction
{
    LZMA_RUN = 0,
    LZMA_FINISH = 3,
}

/// <summary>Flags of lzma_stream_decoder.</summary>
[Flags]
internal enum LzmaDecoderFlags : uint
{
    None = 0,
    LZMA_CONCATENATED = 0x08,
}

/// <summary>Calls of lzma.h.</summary>
internal static unsafe partial class Liblzma
{
    [LibraryImport("liblzma")]
    public static partial LzmaResult lzma_stream_decoder(LzmaStream* stream, ulong memoryLimit, LzmaDecoderFlags flags);

    [LibraryImport("liblzma")]
    public static partial LzmaResult lzma_code(LzmaStream* stream, LzmaAction action);

    [LibraryImport("liblzma")]
    public static partial void lzma_end(LzmaStream* stream);
}
