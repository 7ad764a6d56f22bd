using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>The names of the directories in an open one, as bytes with a NUL at the end: whoever made them chose them freely.</summary>
internal static unsafe class DirectoryNames
{
    public static List<byte[]> Of(int directory)
    {
        const int size = 4096;
        List<byte[]> names = [];
        byte* buffer = stackalloc byte[size];
        _ = Libc.lseek(directory, 0, SeekOrigin.Begin);
        int length;
        while ((length = Libc.getdents64(directory, buffer, size)) > 0)
        {
            for (byte* entry = buffer; entry < buffer + length; entry += *(ushort*)(entry + Libc.DirectoryEntryLength))
            {
                byte* name = entry + Libc.DirectoryEntryName;
                bool isDots = name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
                if (*(DirectoryEntryType*)(entry + Libc.DirectoryEntryKind) == DirectoryEntryType.DT_DIR && !isDots)
                {
                    names.Add([.. MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name), 0]);
                }
            }
        }

        return names;
    }
}
