using System.Runtime.InteropServices;

namespace Sandbox.Seccomp;

/// <summary>The 32-bit values, cut into pieces that lead to the same, and the search for the piece of a value, balanced by weight.</summary>
/// <typeparam name="T">What a piece leads to.</typeparam>
internal sealed class Pieces<T>
    where T : IEquatable<T>
{
    private readonly List<Piece<T>> pieces = [];

    /// <summary>Adds the next piece, in rising order from 0; one that leads where its neighbour does is part of it.</summary>
    public void Add(uint start, T leaf, int weight = 1)
    {
        if (pieces.Count > 0 && pieces[^1].Start == start)
        {
            pieces.RemoveAt(pieces.Count - 1);
        }

        if (pieces.Count == 0 || !pieces[^1].Leaf.Equals(leaf))
        {
            pieces.Add(new Piece<T>(start, leaf, weight));
        }
    }

    /// <summary>Writes the search for the accumulator's piece.</summary>
    public Label Search(BpfAssembler assembler, Func<T, Label> leafWriter) =>
        Search(CollectionsMarshal.AsSpan(pieces), assembler, leafWriter);

    private static Label Search(ReadOnlySpan<Piece<T>> pieces, BpfAssembler assembler, Func<T, Label> leafWriter)
    {
        if (pieces.Length == 1)
        {
            return leafWriter(pieces[0].Leaf);
        }

        int single = ValueToAskFirst(pieces);
        if (single > 0)
        {
            Label others = Search(Without(single, pieces), assembler, leafWriter);
            return assembler.Branch(BpfCode.JumpIfEqual, pieces[single].Start, leafWriter(pieces[single].Leaf), others);
        }

        int middle = MiddleByWeight(pieces);
        Label above = Search(pieces[middle..], assembler, leafWriter);
        Label below = Search(pieces[..middle], assembler, leafWriter);
        return assembler.Branch(BpfCode.JumpIfGreaterOrEqual, pieces[middle].Start, above, below);
    }

    /// <summary>
    /// A piece of one value that one comparison takes out: because its weight is a third of all or more, or because its neighbours are alike
    /// and there is nothing else. 0 where there is none.
    /// </summary>
    private static int ValueToAskFirst(ReadOnlySpan<Piece<T>> pieces)
    {
        int total = WeightOf(pieces);
        for (int i = 1; i < pieces.Length - 1; i++)
        {
            bool isValue = pieces[i].Start + 1 == pieces[i + 1].Start;
            bool isAllThatMatters = pieces.Length == 3 && pieces[0].Leaf.Equals(pieces[2].Leaf);
            if (isValue && (isAllThatMatters || pieces[i].Weight * 3 >= total))
            {
                return i;
            }
        }

        return 0;
    }

    /// <summary>The pieces without one, whose value is never looked for again: the one before stretches over it.</summary>
    private static Piece<T>[] Without(int index, ReadOnlySpan<Piece<T>> pieces)
    {
        int rest = pieces[index - 1].Leaf.Equals(pieces[index + 1].Leaf) ? index + 2 : index + 1;
        return [.. pieces[..index], .. pieces[rest..]];
    }

    /// <summary>Where to cut so that both sides weigh the same, as far as that goes; each has a piece at least.</summary>
    private static int MiddleByWeight(ReadOnlySpan<Piece<T>> pieces)
    {
        int total = WeightOf(pieces);
        int below = 0;
        int middle = 0;
        while (middle < pieces.Length - 1 && (below + (pieces[middle].Weight / 2) < total / 2 || middle == 0))
        {
            below += pieces[middle++].Weight;
        }

        return middle;
    }

    private static int WeightOf(ReadOnlySpan<Piece<T>> pieces)
    {
        int total = 0;
        foreach (Piece<T> piece in pieces)
        {
            total += piece.Weight;
        }

        return total;
    }
}
