using System.Runtime.InteropServices;

namespace Sandbox.Tests.Architecture;

/// <summary>Samples of what the child's code must not do, one a method; they are read, never run.</summary>
internal static unsafe partial class ForbiddenInChild
{
    private static int _number;

    public static object MakesAnObject() => new();

    public static byte[] MakesAnArray() => new byte[4];

    public static object Boxes(int number) => number;

    public static void Throws(Exception exception) => throw exception;

    public static int CallsVirtually(object given) => given.GetHashCode();

    public static byte IndexesAnArray(byte[] array) => array[1];

    public static void WritesIntoAnArray(byte[] array) => array[1] = 2;

    public static string Casts(object given) => (string)given;

    public static bool Asks(object given) => given is string;

    public static int Unboxes(object given) => (int)given;

    public static int AddsWithACheck(int a, int b) => checked(a + b);

    public static byte ConvertsWithACheck(int a) => checked((byte)a);

    public static void TakesAStackOfAnySize(int size)
    {
        Pair* pairs = stackalloc Pair[size];
        *pairs = default;
    }

    public static int ReadsAStatic() => _number;

    public static void WritesAStatic() => _number = 1;

    public static byte IndexesASpan(ReadOnlySpan<byte> span) => span[0];

    public static int CallsTheRuntime() => Environment.ProcessId;

    public static object CallsOtherCode() => Repository.Root;

    public static int CallsThroughAPointer(delegate*<int> function) => function();

    public static object NamesAString() => "text";

    public static void Tries(int* number)
    {
        try
        {
            *number = 1;
        }
        finally
        {
            *number = 2;
        }
    }

    [LibraryImport("libc")]
    [SuppressGCTransition]
    public static partial int getpid();

    [UnmanagedCallersOnly]
    public static int IsCalledByC() => 1;

    public static object CallsWhatMakesAnObject() => MakesAnObject();

    /// <summary>Literals, structures, pointers, stack memory, switches and plain arithmetic.</summary>
    public static int IsHarmless(int choice)
    {
        Pair pair = new(choice, 2);
        int* numbers = stackalloc int[2];
        Pair* pairs = stackalloc Pair[2];
        pairs[1] = pair;
        numbers[0] = pairs[1].First;
        fixed (byte* text = "text"u8)
        fixed (ushort* table = Table)
        {
            return choice switch
            {
                0 => numbers[0],
                1 => text[1] + table[2],
                2 => -choice >> 1,
                3 => choice / 3 % 2,
                _ => sizeof(Pair),
            };
        }
    }

    private static ReadOnlySpan<ushort> Table => [1, 2, 3];
}

/// <summary>A structure with a constructor, as the child may make them.</summary>
internal readonly struct Pair(int first, int second)
{
    public readonly int First = first;
    public readonly int Second = second;
}
