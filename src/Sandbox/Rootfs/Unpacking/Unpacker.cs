using Microsoft.Win32.SafeHandles;

namespace Sandbox.Rootfs;

/// <summary>Turns a tar archive, plain or compressed, into a tree; trusts nothing that it holds.</summary>
internal static class Unpacker
{
    /// <summary>
    /// Unpacks <paramref name="archive"/>, which is read to its end, into the empty directory
    /// <paramref name="destination"/>. Every failure is a <see cref="Syscalls.SandboxException"/> that names
    /// <paramref name="name"/>, the entry and its offset; the tree is then incomplete, and the caller's to remove. So it is
    /// when the archive turns out to hold images. <paramref name="needs"/> and <paramref name="record"/> take what a later
    /// check of the tree has to know.
    /// </summary>
    public static UnpackResult Unpack(
        BlockSource archive, string name, ArchivePlace place, SafeFileHandle destination, UnpackLimits limits, LowerNeeds needs, TarRecord record)
    {
        PeekedBlocks blocks = new(archive);
        bool isPlain = DecompressedSource.IsPlain(blocks.First.Span);
        using Conveyor? content = isPlain ? null : new(new DecompressedSource(new BlockBytes(blocks), name, limits.DecoderMemory));
        TarInput input = new(content ?? (BlockSource)blocks, place, limits.Bytes, record);
        TarReader reader = new(input, place);
        using TreeWriter tree = new(destination, reader, place, limits, needs, record);
        UnpackResult result = Unpack(input, reader, tree, place, limits, ArchiveMembers.MayBegin);
        record.Finish(compressed: !isPlain);
        return result;
    }

    /// <summary>
    /// Unpacks one layer of an image in the same way; what it needs of the layers below goes to <paramref name="needs"/>,
    /// and its manifest to <paramref name="record"/>.
    /// </summary>
    public static UnpackResult UnpackLayer(
        ByteSource tar, ArchivePlace place, SafeFileHandle destination, UnpackLimits limits, LowerNeeds needs, TarRecord record)
    {
        using Conveyor conveyor = new(tar);
        TarInput input = new(conveyor, place, limits.Bytes, record, openEnd: true);
        TarReader reader = new(input, place);
        using TreeWriter tree = new(destination, reader, place, limits, needs, record);
        UnpackResult result = Unpack(input, reader, tree, place, limits, static _ => false);
        record.Finish(compressed: false);
        return result;
    }

    private static UnpackResult Unpack(
        TarInput input, TarReader reader, TreeWriter tree, ArchivePlace place, UnpackLimits limits, HoldsImages holdsImages)
    {
        long entries = 0;
        bool first = true;
        while (reader.MoveNext())
        {
            if (++entries > limits.Entries)
            {
                throw place.Failure($"more entries than the limit of {limits.Entries}");
            }

            if (first && !reader.Entry.Name.IsRoot)
            {
                first = false;
                if (holdsImages(reader.Entry.Name.Bytes))
                {
                    return new UnpackResult { HoldsImages = true, Entries = entries, Bytes = 0, DeviceNodesLeftOut = 0, AttributesLeftOut = 0 };
                }
            }

            tree.Add(reader.Entry);
        }

        tree.Finish();
        input.Drain();
        return new UnpackResult
        {
            Entries = entries,
            Bytes = tree.Bytes,
            DeviceNodesLeftOut = tree.DeviceNodesLeftOut,
            AttributesLeftOut = tree.AttributesLeftOut,
        };
    }

    /// <summary>Whether the name of its first entry is that of an archive that holds images.</summary>
    private delegate bool HoldsImages(ReadOnlySpan<byte> name);
}
