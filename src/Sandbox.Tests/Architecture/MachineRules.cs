using System.Text.RegularExpressions;

namespace Sandbox.Tests.Architecture;

/// <summary>
/// The child's rules once more, over what the compiler made of its code: from the given functions only the child's own
/// code is reached, and a handful of functions of the C library. Whatever else is reached, such as the runtime's helpers
/// that allocate, throw or poll the collector, is a rule broken.
/// </summary>
internal sealed partial class MachineRules(MachineCode code)
{
    /// <summary>
    /// Functions of the C library that take no lock, allocate nothing and use no state but errno; and the end of a process
    /// whose stack was overwritten, which every function with a buffer on the stack can reach.
    /// </summary>
    private static readonly string[] Leaves = ["syscall", "__errno_location", "clone", "RhpFallbackFailFast"];

    private readonly HashSet<ulong> _seen = [];
    private readonly Queue<MachineSymbol> _toVisit = [];
    private readonly SortedSet<string> _broken = new(StringComparer.Ordinal);

    /// <summary>The rules broken by the given functions and by all that they reach.</summary>
    public IReadOnlyCollection<string> BrokenBy(IEnumerable<MachineSymbol> functions)
    {
        foreach (MachineSymbol function in functions)
        {
            Follow(function);
        }

        while (_toVisit.TryDequeue(out MachineSymbol? function))
        {
            Visit(function);
        }

        return _broken;
    }

    private void Follow(MachineSymbol function)
    {
        if (_seen.Add(function.Address))
        {
            _toVisit.Enqueue(function);
        }
    }

    private void Visit(MachineSymbol function)
    {
        MachineInstruction[] instructions = [.. code.InstructionsOf(function)];
        if (instructions.Length == 0)
        {
            Break(function, "has no code that can be read");
        }

        for (int index = 0; index < instructions.Length; index++)
        {
            MachineInstruction instruction = instructions[index];
            if (instruction.Text.Contains("(bad)", StringComparison.Ordinal))
            {
                Break(function, "has code that cannot be read");
            }
            else if (instruction.Target is ulong target)
            {
                VisitTransfer(function, target);
            }
            else if (instruction.IsIndirect && !IsSwitch(function, instructions.AsSpan(0, index + 1)))
            {
                Break(function, $"goes where only the run tells: {instruction.Text}");
            }
            else if (instruction.Data is ulong address && ForbiddenData().IsMatch(code.DataAt(address)))
            {
                Break(function, $"uses {code.DataAt(address)}");
            }

            if (ThreadLocal().IsMatch(instruction.Text))
            {
                Break(function, $"uses the thread's own storage: {instruction.Text}");
            }
        }
    }

    private void VisitTransfer(MachineSymbol function, ulong target)
    {
        if (function.Contains(target))
        {
            return;
        }

        IReadOnlyList<MachineSymbol> reached = code.FunctionsAt(target);
        if (reached.FirstOrDefault(symbol => IsChildCode(symbol.Name)) is MachineSymbol own)
        {
            Follow(own);
        }
        else if (!reached.Any(symbol => Leaves.Contains(symbol.Name) && symbol.Address == target))
        {
            Break(function, $"reaches {(reached.Count == 0 ? $"0x{target:x}" : reached[0].Name)}");
        }
    }

    /// <summary>
    /// Whether a jump is that of a switch: to one of the offsets of a table, added to the address of a place in the same
    /// function.
    /// </summary>
    private static bool IsSwitch(MachineSymbol function, ReadOnlySpan<MachineInstruction> upToJump) =>
        upToJump.Length >= 3
        && SwitchJump().Match(string.Join('\n', upToJump[^3].Text, upToJump[^2].Text, upToJump[^1].Text)) is { Success: true } match
        && function.Contains(MachineCode.Hexadecimal(match.Groups["base"].Value));

    /// <summary>ILC's names for the methods of the folders that the child's code may lead into.</summary>
    public static bool IsChildCode(string symbol) => ChildName().IsMatch(symbol);

    private void Break(MachineSymbol function, string why) => _broken.Add($"{function.Name} {why}");

    [GeneratedRegex("^sandbox_Sandbox_(Child|Init|Steps|Syscalls)_")]
    private static partial Regex ChildName();

    /// <summary>The collector's wish to stop all threads, and static fields; those of what runs first and of the handler are the exception.</summary>
    [GeneratedRegex("^RhpTrapThreads$|STATICS(?!sandbox_Sandbox_Launch_(BeforeLibrary|BeforeRuntime|FaultSignals)$)")]
    private static partial Regex ForbiddenData();

    /// <summary>Thread-local storage, but not the stack protector's secret.</summary>
    [GeneratedRegex("%fs:(?!0x28$|0x28,)")]
    private static partial Regex ThreadLocal();

    [GeneratedRegex(@"^lea +-?0x[0-9a-f]+\(%rip\),(?<register>%\w+) +# (?:0x)?(?<base>[0-9a-f]+).*\nadd +\k<register>,(?<target>%\w+)\njmp +\*\k<target>$")]
    private static partial Regex SwitchJump();
}
