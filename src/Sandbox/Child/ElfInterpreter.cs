using System.Runtime.CompilerServices;
using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Reads the PT_INTERP of an ELF file in one of its two layouts (elf(5)); little-endian, as the machines that we run on.</summary>
internal static unsafe class ElfInterpreter
{
    /// <summary>The size of the larger header; the kernel takes a shorter file to end in zeros.</summary>
    public const int HeaderSize = 64;

    // The kernel takes no larger table of program headers (load_elf_phdrs in fs/binfmt_elf.c).
    private const int LargestTable = 65536;
    private const uint PT_INTERP = 3;

    /// <summary>
    /// True when the file names an interpreter, whose path is then in <paramref name="interpreter"/> with its NUL. Both
    /// layouts are to be tried: the kernel chooses by the machine and the size of the program headers, and never looks
    /// at the byte that tells the class.
    /// </summary>
    /// <param name="head">The first <paramref name="known"/> bytes of the file, <see cref="HeaderSize"/> at least.</param>
    /// <param name="wide">Whether it is read as a 64-bit file.</param>
    [SkipLocalsInit]
    public static bool Find(int file, byte* head, nint known, bool wide, byte* interpreter, int longest)
    {
        ulong table = wide ? *(ulong*)(head + 32) : *(uint*)(head + 28);
        int entrySize = wide ? 56 : 32;
        int count = *(ushort*)(head + (wide ? 56 : 44));
        if (*(ushort*)(head + (wide ? 54 : 42)) != entrySize)
        {
            return false;
        }

        byte* read = stackalloc byte[56];
        for (int i = 0; i < count && (i + 1) * entrySize <= LargestTable; i++)
        {
            // Nearly always the whole table is in what was read already.
            ulong at = table + ((ulong)i * (ulong)entrySize);
            byte* entry = at < (ulong)known && (ulong)known - at >= (ulong)entrySize ? head + at : read;
            if (entry == read && Native.Call(SystemCall.pread64, file, (nint)read, entrySize, (nint)at) != entrySize)
            {
                return false;
            }

            if (*(uint*)entry == PT_INTERP)
            {
                ulong offset = wide ? *(ulong*)(entry + 8) : *(uint*)(entry + 4);
                ulong size = wide ? *(ulong*)(entry + 32) : *(uint*)(entry + 16);
                nint wanted = size < (ulong)longest ? (nint)size : longest;
                nint length = Native.Call(SystemCall.pread64, file, (nint)interpreter, wanted, (nint)offset);
                interpreter[length < 0 ? 0 : length] = 0;
                return length > 0;
            }
        }

        return false;
    }
}
