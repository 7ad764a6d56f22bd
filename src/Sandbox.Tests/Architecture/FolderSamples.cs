namespace Sandbox.SampleUsed
{
    /// <summary>What the other sample uses.</summary>
    internal sealed class Used
    {
        public int Number { get; set; }
    }
}

namespace Sandbox.SampleUser
{
    using SampleUsed;

    /// <summary>A use of another namespace in each place where the compiler can hide one.</summary>
    internal static class Samples
    {
        public static Func<int, int> InClosure(int added) => number => new Used { Number = number + added }.Number;

        public static IEnumerable<int> InIterator()
        {
            yield return new Used().Number;
        }

        public static int InTypeArgument() => Array.Empty<Used>().Length;

        public static bool InLocal(object given)
        {
            Used? local = given as Used;
            return local is not null;
        }

        /// <summary>A type that holds the other one.</summary>
        internal readonly struct InField(Used given)
        {
            public readonly Used Field = given;
        }
    }
}
