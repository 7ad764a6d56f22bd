using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Launch;

/// <summary>
/// Somebody who writes as fast as is read: each piece that comes out behind the reader brings another before him, which is
/// there before he can go on. He would never find nothing, but for the end of the flood.
/// </summary>
internal sealed unsafe partial class Flood : IDisposable
{
    public const int Pieces = 1000;

    private const int F_SETPIPE_SZ = 1031, F_GETPIPE_SZ = 1032, PieceSize = 4096, Ahead = 8;

    private readonly SafeFileHandle _before;
    private readonly SafeFileHandle _behind;
    private readonly Thread _thread;
    private int _count;
    private volatile bool _isOver;

    /// <param name="before">The pipe that the reader reads; the descriptor stays the caller's.</param>
    /// <param name="behind">The one that he writes to, open for both; it stays the caller's, too.</param>
    public Flood(SafeFileHandle before, SafeFileHandle behind)
    {
        (_before, _behind) = (before, behind);

        // He can go on when a piece has been taken, and not before.
        Resize(behind, PieceSize);

        // A user who has many pipes gets small ones (pipe(7)): with this one full nobody could write to it, and nobody reads yet.
        int ahead = Math.Min(Ahead, Fcntl(before, F_GETPIPE_SZ, 0) / PieceSize - 1);
        for (int i = 0; i < ahead; i++)
        {
            Write(before, PieceSize);
        }

        _thread = new Thread(Run);
        _thread.Start();
    }

    /// <summary>How many pieces came through; all of them where only the end of the flood has ended the reading.</summary>
    public int Stop()
    {
        int count = Volatile.Read(ref _count);
        _isOver = true;

        // A byte for who waits for one. Where the pipe is full nobody does, and nobody may be left to make room.
        byte last = 0;
        Libc.SetNonBlocking(_behind);
        _ = Libc.write(_behind.Descriptor(), &last, 1);
        _thread.Join();
        return count;
    }

    public void Dispose()
    {
        if (!_isOver)
        {
            Stop();
        }
    }

    /// <summary>Gives a pipe room for so many bytes.</summary>
    public static void Resize(SafeFileHandle pipe, int size)
    {
        if (Fcntl(pipe, F_SETPIPE_SZ, size) < size)
        {
            throw SandboxException.FromLastError("cannot resize a pipe");
        }
    }

    /// <summary>Writes so many bytes.</summary>
    public static void Write(SafeFileHandle pipe, int length)
    {
        if (!Libc.TryWriteAll(pipe, new byte[length]))
        {
            throw SandboxException.FromLastError("cannot write to a pipe");
        }
    }

    private void Run()
    {
        byte* piece = stackalloc byte[PieceSize];
        while (!_isOver && _count < Pieces)
        {
            Write(_before, PieceSize);

            // A whole one, though it may come in parts: who got more than he gave would be full in the end, and wait.
            for (nint got = 0; got < PieceSize && !_isOver;)
            {
                got += Libc.read(_behind, piece, PieceSize - got);
            }

            Interlocked.Increment(ref _count);
        }

        while (!_isOver)
        {
            Libc.read(_behind, piece, PieceSize);
        }
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(SafeFileHandle file, int command, nint argument);
}
