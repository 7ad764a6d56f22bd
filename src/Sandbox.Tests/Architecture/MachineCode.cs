using System.Globalization;
using System.Text.RegularExpressions;

namespace Sandbox.Tests.Architecture;

/// <summary>The managed part of the built executable, disassembled: objdump reads the code, nm the names that were stripped from it.</summary>
internal sealed partial class MachineCode
{
    /// <summary>The executable as it was built, read once.</summary>
    public static readonly Lazy<Task<MachineCode>> Built = new(() =>
        Load(Repository.In("artifacts", "publish", "sandbox"), Repository.In("artifacts", "publish", "sandbox.dbg")));

    private readonly SortedList<ulong, MachineInstruction> _instructions = [];
    private readonly List<MachineSymbol> _functions = [];
    private readonly List<MachineSymbol> _data = [];

    private MachineCode()
    {
    }

    public IReadOnlyList<MachineSymbol> Functions => _functions;

    /// <summary>Reads an executable and the file of its symbols, and makes sure that they belong together.</summary>
    public static async Task<MachineCode> Load(string program, string symbols)
    {
        if (BuildId().Match(await Command.Tool("readelf", "-n", program)).Value != BuildId().Match(await Command.Tool("readelf", "-n", symbols)).Value)
        {
            throw new InvalidDataException($"{symbols} is not of the same build as {program}");
        }

        MachineCode code = new();
        foreach (Match line in SymbolLine().Matches(await Command.Tool("nm", "-n", "-S", "--defined-only", symbols)))
        {
            ulong size = line.Groups["size"].Success ? Hexadecimal(line.Groups["size"].Value) : 0;
            MachineSymbol symbol = new(line.Groups["name"].Value, Hexadecimal(line.Groups["address"].Value), size);
            (line.Groups["kind"].Value is "t" or "T" or "i" or "W" or "w" ? code._functions : code._data).Add(symbol);
        }

        string listing = await Command.Tool("objdump", "-d", "--no-show-raw-insn", "-j", "__managedcode", "-j", "__unbox", program);
        foreach (Match line in InstructionLine().Matches(listing))
        {
            ulong address = Hexadecimal(line.Groups["address"].Value);
            code._instructions.Add(address, new MachineInstruction(address, line.Groups["text"].Value));
        }

        return code;
    }

    /// <summary>The instructions of a function; none where the disassembly does not begin one at its first byte.</summary>
    public IEnumerable<MachineInstruction> InstructionsOf(MachineSymbol function)
    {
        for (int index = _instructions.IndexOfKey(function.Address);
            index >= 0 && index < _instructions.Count && _instructions.GetKeyAtIndex(index) < function.End;
            index++)
        {
            yield return _instructions.GetValueAtIndex(index);
        }
    }

    /// <summary>All names of the function that an address is in.</summary>
    public IReadOnlyList<MachineSymbol> FunctionsAt(ulong address) =>
        [.. _functions.Where(function => function.Address == address || (function.Address < address && address < function.End))];

    /// <summary>The name of the data that an address is in: of the last symbol before it, as data symbols have no size.</summary>
    public string DataAt(ulong address)
    {
        int index = _data.FindLastIndex(symbol => symbol.Address <= address);
        return index < 0 ? "" : _data[index].Name;
    }

    public static ulong Hexadecimal(string digits) => ulong.Parse(digits, NumberStyles.HexNumber, null);

    [GeneratedRegex("Build ID: .*")]
    private static partial Regex BuildId();

    [GeneratedRegex(@"^(?<address>[0-9a-f]+) (?:(?<size>[0-9a-f]+) )?(?<kind>\w) (?<name>.+)$", RegexOptions.Multiline)]
    private static partial Regex SymbolLine();

    [GeneratedRegex(@"^ *(?<address>[0-9a-f]+):\t(?<text>.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex InstructionLine();
}

/// <summary>A name of the symbol table and the bytes that it stands for.</summary>
internal sealed record MachineSymbol(string Name, ulong Address, ulong Size)
{
    public ulong End => Address + Size;

    public bool Contains(ulong address) => Address <= address && address < End;
}

/// <summary>One line of a disassembly, whose addresses have an 0x before them or not, as objdump's version has it.</summary>
internal sealed partial record MachineInstruction(ulong Address, string Text)
{
    /// <summary>Where a call or jump leads that has its target in the instruction.</summary>
    public ulong? Target => DirectTransfer().Match(Text) is { Success: true } match ? MachineCode.Hexadecimal(match.Groups[1].Value) : null;

    /// <summary>Whether it calls or jumps to where a register or memory says.</summary>
    public bool IsIndirect => IndirectTransfer().IsMatch(Text);

    /// <summary>The address of data that it names, relative to itself or as a number.</summary>
    public ulong? Data => DataReference().Match(Text) is { Success: true } match ? MachineCode.Hexadecimal(match.Groups[1].Value) : null;

    [GeneratedRegex(@"\b(?:call|j[a-z]+)(?:,p[nt])?\s+(?:0x)?([0-9a-f]+)\b")]
    private static partial Regex DirectTransfer();

    [GeneratedRegex(@"\b(?:call|jmp)\s+\*")]
    private static partial Regex IndirectTransfer();

    [GeneratedRegex(@"(?:# (?:0x)?|\$0x|\s0x)([0-9a-f]{6,})\b")]
    private static partial Regex DataReference();
}
