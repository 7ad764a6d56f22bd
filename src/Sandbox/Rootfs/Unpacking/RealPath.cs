using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>
/// Where a path leads inside a tree, with no symbolic link on the way. It is only a name: whoever opens it has the kernel resolve
/// it inside the tree again.
/// </summary>
internal static unsafe class RealPath
{
    /// <summary>As many steps as a path of the deepest directory and links to others as deep may take.</summary>
    private const int MostSteps = 4 * EntryPath.MaxDepth;

    private const ResolveFlags InTree = ResolveFlags.RESOLVE_IN_ROOT | ResolveFlags.RESOLVE_NO_SYMLINKS | ResolveFlags.RESOLVE_NO_XDEV;

    /// <summary>The path with a NUL behind it; what is not there is taken by its name. Null where links do not come to an end.</summary>
    public static byte[]? Of(int root, ReadOnlySpan<byte> path)
    {
        List<byte[]> real = [];
        Stack<byte[]> left = [];
        Push(left, path);
        for (int steps = 0; left.TryPop(out byte[]? part); steps++)
        {
            if (steps == MostSteps)
            {
                return null;
            }

            if (part.AsSpan().SequenceEqual(".."u8))
            {
                real.RemoveRange(Math.Max(real.Count - 1, 0), Math.Min(real.Count, 1));
                continue;
            }

            real.Add(part);
            if (TargetOf(root, Join(real)) is { } target)
            {
                real.RemoveRange(target[0] == '/' ? 0 : real.Count - 1, target[0] == '/' ? real.Count : 1);
                Push(left, target);
            }
        }

        return Join(real);
    }

    private static void Push(Stack<byte[]> left, ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty)
        {
            int slash = path.LastIndexOf((byte)'/');
            ReadOnlySpan<byte> part = path[(slash + 1)..];
            if (!part.IsEmpty && !part.SequenceEqual("."u8))
            {
                left.Push(part.ToArray());
            }

            path = slash < 0 ? [] : path[..slash];
        }
    }

    private static byte[] Join(List<byte[]> parts)
    {
        List<byte> path = [];
        foreach (byte[] part in parts)
        {
            path.AddRange(path.Count == 0 ? [] : "/"u8);
            path.AddRange(part);
        }

        path.Add(0);
        return [.. path];
    }

    /// <summary>What a symbolic link says; null where there is none.</summary>
    private static byte[]? TargetOf(int root, byte[] path)
    {
        byte* text = stackalloc byte[PathBuffer.MaxLength];
        fixed (byte* name = path, itself = "\0"u8)
        {
            using OpenedFile link = new(Libc.openat2(root, name, OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0, InTree));
            nint length = link.Descriptor < 0 ? -1 : Libc.readlinkat_bytes(link.Descriptor, itself, text, PathBuffer.MaxLength);
            return length > 0 ? new ReadOnlySpan<byte>(text, (int)length).ToArray() : null;
        }
    }
}
