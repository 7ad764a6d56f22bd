using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Sandbox.Rootfs;

/// <summary>
/// Carries a source's bytes from a thread of its own, which reads and decompresses, to the thread that writes
/// the tree: a few blocks that go round, so that both work at once in bounded memory.
/// </summary>
internal sealed class Conveyor : BlockSource, IDisposable
{
    /// <summary>A multiple of a tar record, and as only the last block is short, no record lies across two blocks.</summary>
    public const int BlockSize = 256 << 10;

    private const int BlockCount = 8;
    private const int StackSize = 256 << 10;

    private readonly ByteSource _source;
    private readonly Queue<Block> _empty = new(BlockCount);
    private readonly Queue<Block> _full = new(BlockCount);
    private ExceptionDispatchInfo? _failure;
    private int _blocks;
    private bool _ended;
    private bool _abandoned;
    private Block? _taken;

    /// <summary>Starts to read <paramref name="source"/>, which belongs to the conveyor from now on.</summary>
    public Conveyor(ByteSource source)
    {
        _source = source;
        new Thread(Produce, StackSize) { IsBackground = true, Name = "archive reader" }.Start();
    }

    /// <summary>
    /// The next bytes of the source, good until the next call; empty at the end. Throws what the source threw, when
    /// all bytes before it were taken.
    /// </summary>
    public override ReadOnlyMemory<byte> Take()
    {
        lock (_full)
        {
            if (_taken is not null)
            {
                _empty.Enqueue(_taken);
                Monitor.PulseAll(_full);
                _taken = null;
            }

            while (_full.Count == 0 && !_ended)
            {
                Monitor.Wait(_full);
            }

            if (_full.TryDequeue(out _taken))
            {
                return _taken.Bytes.AsMemory(0, _taken.Length);
            }

            _failure?.Throw();
            return ReadOnlyMemory<byte>.Empty;
        }
    }

    /// <summary>Lets the reading thread end. Nobody waits for it: it may be in a read from a pipe that nobody writes.</summary>
    public void Dispose()
    {
        lock (_full)
        {
            _abandoned = true;
            Monitor.PulseAll(_full);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Handed over: the taking thread throws it.")]
    private void Produce()
    {
        ExceptionDispatchInfo? failure = null;
        try
        {
            using (_source)
            {
                bool more = true;
                while (more && NextEmpty() is { } block)
                {
                    more = Fill(block);
                }
            }
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        lock (_full)
        {
            _failure = failure;
            _ended = true;
            Monitor.PulseAll(_full);
        }
    }

    private Block? NextEmpty()
    {
        lock (_full)
        {
            while (_empty.Count == 0 && _blocks == BlockCount && !_abandoned)
            {
                Monitor.Wait(_full);
            }

            if (_abandoned)
            {
                return null;
            }

            if (_empty.TryDequeue(out Block? empty))
            {
                return empty;
            }

            // A small archive never needs them all.
            _blocks++;
            return new Block();
        }
    }

    /// <summary>Fills and passes on a block, even when the source fails halfway; false when the source has ended.</summary>
    private bool Fill(Block block)
    {
        block.Length = 0;
        try
        {
            while (block.Length < BlockSize)
            {
                int count = _source.Read(block.Bytes.AsSpan(block.Length));
                if (count == 0)
                {
                    return false;
                }

                block.Length += count;
            }

            return true;
        }
        finally
        {
            Pass(block);
        }
    }

    private void Pass(Block block)
    {
        lock (_full)
        {
            // An empty block would look like the end, before it is known whether the source ended or failed.
            if (block.Length > 0)
            {
                _full.Enqueue(block);
                Monitor.PulseAll(_full);
            }
        }
    }

    /// <summary>One buffer on its way round.</summary>
    private sealed class Block
    {
        public readonly byte[] Bytes = GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);

        public int Length;
    }
}
