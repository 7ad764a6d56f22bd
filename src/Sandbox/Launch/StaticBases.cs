using System.Runtime;
using System.Runtime.CompilerServices;

namespace Sandbox.Launch;

/// <summary>
/// The objects that hold the static fields, some eight hundred. The runtime makes each by itself when it starts, on the
/// pinned heap, where one takes a thousand instructions: more than all else that a start computes. Here they are cut, one
/// after the other, from one object that is larger than all of them together.
/// </summary>
/// <remarks>
/// To the collector it is as if it had been asked each time: objects lie side by side, each with its type and size, and
/// what is left of the large one is an object too. But nothing refers to that one: a collection would free it, and nothing
/// may be cut from it any more. None comes before Main: until then there is one thread, and all that it allocates is a
/// small part of what brings one about.
/// </remarks>
internal static unsafe class StaticBases
{
    private const uint PinnedHeap = 0x40;

    private static byte* _rest;
    private static byte* _end;
    private static bool _isOver;

    /// <summary>From Main on there may be other threads.</summary>
    [ModuleInitializer]
    internal static void Finish() => _isOver = true;

    /// <summary>In the place of the runtime's maker of objects on a heap that is named: managed code has other ways, but for these.</summary>
    /// <param name="type">The type, whose second word is the size of its objects in bytes (MethodTable.h).</param>
    /// <param name="result">A reference to the new object, on the stack.</param>
    [RuntimeExport("__wrap_RhAllocateNewObject")]
    private static void Allocate(uint* type, uint heap, byte** result)
    {
        uint size = type[1];
        if (heap != PinnedHeap || _isOver || !Has(size))
        {
            AllocateOne(type, heap, result);
            return;
        }

        *result = _rest;
        *(uint**)_rest = type;
        *(int*)(_rest + sizeof(nint)) = 0;
        _rest += size;
        MarkRest();
    }

    /// <summary>Whether an object of the size fits, with room for what has to be behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has(uint size)
    {
        if (_rest is null)
        {
            MakeWhole();
        }

        return _rest + size + ((SizeOfText(0) + 7) & ~7) <= _end;
    }

    /// <summary>Makes the large object; where there is no memory for it, no other fits.</summary>
    private static void MakeWhole()
    {
        const int characters = 32 * 1024;
        byte* whole;
        AllocateMany(TypeOfText(), characters, PinnedHeap, &whole);
        _rest = whole;
        _end = whole is null ? null : whole + ((SizeOfText(characters) + 7) & ~7);
    }

    /// <summary>What is left is a string of zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MarkRest()
    {
        *(uint**)_rest = TypeOfText();
        *(int*)(_rest + sizeof(nint)) = (int)(_end - _rest - SizeOfText(0)) / sizeof(char);
    }

    /// <summary>The bytes of a string: its header, type, length, characters and the NUL behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SizeOfText(int characters) => (2 * sizeof(nint)) + sizeof(int) + ((characters + 1) * sizeof(char));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint* TypeOfText()
    {
        string text = "";
        return *(uint**)Unsafe.As<string, nint>(ref text);
    }

    [RuntimeImport("__real_RhAllocateNewObject")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void AllocateOne(uint* type, uint heap, byte** result);

    [RuntimeImport("RhAllocateNewArray")]
    [MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void AllocateMany(uint* type, nint count, uint heap, byte** result);
}
