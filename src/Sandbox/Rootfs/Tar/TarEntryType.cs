namespace Sandbox.Rootfs;

/// <summary>The type byte of a tar header. A type that is none of these is a vendor's: POSIX has it read as a file.</summary>
internal enum TarEntryType : byte
{
    OldFile = 0,
    File = (byte)'0',
    HardLink = (byte)'1',
    SymbolicLink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Fifo = (byte)'6',
    Contiguous = (byte)'7',

    /// <summary>Pax records for all entries that follow.</summary>
    PaxGlobal = (byte)'g',

    /// <summary>Pax records for the next entry.</summary>
    Pax = (byte)'x',

    /// <summary>Solaris's name for <see cref="Pax"/>.</summary>
    SolarisPax = (byte)'X',

    /// <summary>A GNU incremental dump's directory; its data lists what it held.</summary>
    GnuDumpDirectory = (byte)'D',

    /// <summary>The link target of the next entry.</summary>
    GnuLongLink = (byte)'K',

    /// <summary>The name of the next entry.</summary>
    GnuLongName = (byte)'L',

    /// <summary>The rest of a file that began in another volume.</summary>
    GnuContinued = (byte)'M',

    GnuSparse = (byte)'S',

    /// <summary>The archive's own label.</summary>
    GnuVolumeLabel = (byte)'V',
}
