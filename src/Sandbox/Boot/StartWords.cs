using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>What is said while a unit is started: units start at the same time, and the log has to tell whose words they are.</summary>
internal sealed unsafe class StartWords(string unit, MachineLog log) : IDisposable
{
    private const int Room = 4096;

    /// <summary>At one look, as many as a pipe holds: who writes for ever must not keep the manager from everything else.</summary>
    private const int MostPieces = 16;

    private const string Product = "sandbox: ";

    private readonly List<byte> _line = [];

    /// <summary>Readable when something was said; null where nobody is left to say anything.</summary>
    public SafeFileHandle? Descriptor { get; private set; }

    /// <summary>Listens anew; returns what takes the place of standard error, which is the caller's to close.</summary>
    public SafeFileHandle Open()
    {
        Dispose();
        (Descriptor, SafeFileHandle words) = Pipe.Open();
        _ = Libc.SetNonBlocking(Descriptor);
        return words;
    }

    /// <summary>Tells what was said since.</summary>
    public void Look()
    {
        byte* bytes = stackalloc byte[Room];
        for (int pieces = 0; pieces < MostPieces && Descriptor is not null; pieces++)
        {
            nint length = Libc.read(Descriptor, bytes, Room);
            if (length < 0)
            {
                break;
            }

            foreach (byte one in new ReadOnlySpan<byte>(bytes, (int)length))
            {
                Take(one);
            }

            if (length == 0)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        Tell();
        Descriptor?.Dispose();
        Descriptor = null;
    }

    private void Take(byte one)
    {
        if (one != (byte)'\n')
        {
            _line.Add(one);
        }

        if (one == (byte)'\n' || _line.Count == Room)
        {
            Tell();
        }
    }

    private void Tell()
    {
        string line = Encoding.UTF8.GetString([.. _line]);
        _line.Clear();
        if (line.Length > 0)
        {
            log.Tell($"unit {unit}: {(line.StartsWith(Product, StringComparison.Ordinal) ? line[Product.Length..] : line)}");
        }
    }
}
