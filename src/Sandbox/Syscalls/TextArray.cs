using System.Runtime.InteropServices;

namespace Sandbox.Syscalls;

/// <summary>Texts, or the bytes that a <see cref="ByteText"/> stands for, as execve(2) takes them: an array of pointers that ends with NULL. In native memory, for there may be more of them than a stack holds.</summary>
internal readonly unsafe ref struct TextArray
{
    public TextArray(IReadOnlyCollection<string> texts)
    {
        First = (nint*)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(nint));
        int count = 0;
        foreach (string text in texts)
        {
            First[count++] = ByteText.Copy(text);
        }
    }

    public nint* First { get; }

    public void Dispose()
    {
        for (nint* text = First; *text != 0; text++)
        {
            NativeMemory.Free((void*)*text);
        }

        NativeMemory.Free(First);
    }
}
