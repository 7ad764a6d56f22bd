using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// A path inside the tree, parted into the directory, which the kernel resolves, and the last name, which is looked up
/// without following. Both have a NUL behind them: the buffer's slash between them is overwritten.
/// </summary>
internal readonly unsafe ref struct EntryPath
{
    /// <summary>How many directories and a last name may lie one in the other.</summary>
    public const int MaxDepth = 255;

    private EntryPath(byte* directory, int directoryLength, byte* name, int nameLength)
    {
        DirectoryPointer = directory;
        Directory = new ReadOnlySpan<byte>(directory, directoryLength);
        NamePointer = name;
        Name = new ReadOnlySpan<byte>(name, nameLength);
    }

    public ReadOnlySpan<byte> Directory { get; }

    public byte* DirectoryPointer { get; }

    public ReadOnlySpan<byte> Name { get; }

    public byte* NamePointer { get; }

    /// <summary>Whether this is the tree itself.</summary>
    public bool IsRoot => Name.IsEmpty;

    /// <summary>
    /// Parts a path. A leading slash is the tree's root. Throws for one that would leave the tree by "..": the kernel
    /// would keep it inside, but an archive that tries is hostile.
    /// </summary>
    public static EntryPath Split(PathBuffer path, ArchivePlace place)
    {
        ReadOnlySpan<byte> bytes = path.Bytes;
        CheckComponents(bytes, place);
        int start = 0;
        int end = bytes.Length;
        while (start < end && (bytes[start] == '/' || (bytes[start] == '.' && (start + 1 == end || bytes[start + 1] == '/'))))
        {
            start++;
        }

        while (end > start && (bytes[end - 1] == '/' || (bytes[end - 1] == '.' && bytes[end - 2] == '/')))
        {
            end--;
        }

        ReadOnlySpan<byte> inside = bytes[start..end];
        int slash = inside.LastIndexOf((byte)'/');
        if (inside[(slash + 1)..].SequenceEqual(".."u8))
        {
            throw place.Failure("the name ends in '..'");
        }

        byte* first = path.Pointer + start;
        first[inside.Length] = 0;
        if (slash >= 0)
        {
            first[slash] = 0;
        }

        // The NUL at the end is as good as any other for an empty directory.
        return slash >= 0
            ? new EntryPath(first, slash, first + slash + 1, inside.Length - slash - 1)
            : new EntryPath(first + inside.Length, 0, first, inside.Length);
    }

    /// <summary>
    /// Throws for a directory that lies deeper than an archive may say. A command makes such by chdir(2): whoever goes through a tree would run out
    /// of stack.
    /// </summary>
    /// <param name="directory">Without anything that leads up, a slash at its end or not.</param>
    public static void CheckDepth(ReadOnlySpan<byte> directory)
    {
        if (directory.TrimEnd((byte)'/').Count((byte)'/') >= MaxDepth)
        {
            throw new SandboxException($"cannot go into {DisplayName.Of(directory)}", $"directories nested deeper than {MaxDepth}");
        }
    }

    private static void CheckComponents(ReadOnlySpan<byte> path, ArchivePlace place)
    {
        int depth = 0;
        int height = 0;
        while (!path.IsEmpty)
        {
            int slash = path.IndexOf((byte)'/');
            ReadOnlySpan<byte> component = slash < 0 ? path : path[..slash];
            path = slash < 0 ? [] : path[(slash + 1)..];
            if (component.SequenceEqual(".."u8))
            {
                height--;
            }
            else if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                height++;
                depth++;
            }

            if (height < 0)
            {
                throw place.Failure("the name leaves the tree by '..'");
            }

            if (depth > MaxDepth)
            {
                throw place.Failure($"directories nested deeper than {MaxDepth}");
            }
        }
    }
}
