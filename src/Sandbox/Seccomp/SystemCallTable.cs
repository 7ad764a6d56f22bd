using System.Buffers.Text;
using System.Text;

namespace Sandbox.Seccomp;

/// <summary>The system calls of one ABI: numbers as a filter sees them, by name and in order.</summary>
internal sealed class SystemCallTable
{
    private readonly Dictionary<string, uint> byName = [];
    private readonly Dictionary<uint, string> byNumber = [];
    private readonly List<uint> numbers = [];

    public SystemCallTable(Abi abi)
    {
        ReadOnlySpan<byte> calls = abi.Calls();
        uint next = 0;
        foreach (Range word in calls.SplitAny(" \n"u8))
        {
            ReadOnlySpan<byte> token = calls[word];
            if (token.IsEmpty)
            {
                continue;
            }

            if (Utf8Parser.TryParse(token, out uint number, out int used) && used == token.Length)
            {
                next = abi.NumberBase() + number;
                continue;
            }

            string name = Encoding.ASCII.GetString(token);
            byName.Add(name, next);
            byNumber.Add(next, name);
            numbers.Add(next++);
        }
    }

    /// <summary>All numbers, in rising order.</summary>
    public IReadOnlyList<uint> Numbers => numbers;

    /// <summary>The names of the numbers.</summary>
    public IReadOnlyDictionary<uint, string> Names => byNumber;

    public bool TryGetNumber(string name, out uint number) => byName.TryGetValue(name, out number);
}
