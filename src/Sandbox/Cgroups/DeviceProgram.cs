using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Cgroups;

/// <summary>
/// Compiles device rules to the eBPF program of a cgroup, which the kernel asks at each open(2) and mknod(2) of a node.
/// Each thing that is wanted (read, write, make) is decided on its own by the last rule that speaks of it, as cgroup v1
/// had it; what none speaks of is denied. Pure.
/// </summary>
/// <remarks>
/// The program goes through the rules from the last to the first, with what is still undecided in a register: a rule that
/// allows takes its part away, and a rule that denies ends it where something of its part is left.
/// </remarks>
internal static class DeviceProgram
{
    /// <summary>The kernel's bound on a program's length for who may not load longer ones (BPF_MAXINSNS).</summary>
    private const int LongestProgram = 4096;

    private const byte LoadWord = 0x61, Move = 0xbf, MoveConstant = 0xb7, AndConstant = 0x57, ShiftRightConstant = 0x77;
    private const byte JumpIfNot = 0x56, JumpIfAny = 0x46, Jump = 0x05, Exit = 0x95;

    /// <summary>What the program returns, what it is given, and what it keeps of that.</summary>
    private const int Answer = 0, Context = 1, Kind = 2, Left = 3, Major = 4, Minor = 5;

    public static ImmutableArray<BpfInsn> Compile(ImmutableArray<DeviceRuleSpec> rules)
    {
        // struct bpf_cgroup_dev_ctx: what is wanted in the upper half of the first word, the kind in the lower; major; minor.
        List<BpfInsn> program =
        [
            Load(Left, 0), Take(Move, Kind, source: Left), Take(AndConstant, Kind, 0xffff), Take(ShiftRightConstant, Left, 16),
            Load(Major, 4), Load(Minor, 8),
        ];
        for (int i = rules.Length - 1; i >= 0; i--)
        {
            AddRule(program, rules[i]);
        }

        AddAnswer(program, allow: false);
        return program.Count <= LongestProgram ? [.. program] : throw new SandboxException("cannot limit devices", "there are too many rules for one program", "leave out rules that a later one overrides");
    }

    private static void AddRule(List<BpfInsn> program, DeviceRuleSpec rule)
    {
        List<BpfInsn> body = [];
        if (rule.Allow)
        {
            body.Add(Take(AndConstant, Left, (int)(DeviceAccess.All & ~rule.Access)));
            body.Add(new BpfInsn(JumpIfNot, Left, 2, 0));
        }
        else
        {
            body.Add(new BpfInsn(JumpIfAny, Left, 1, (int)rule.Access));
            body.Add(new BpfInsn(Jump, 0, 2, 0));
        }

        AddAnswer(body, rule.Allow);
        List<(int Register, int Value)> tests = [];
        if (rule.Kind != DeviceKind.All)
        {
            tests.Add((Kind, (int)rule.Kind));
            AddNumber(tests, Major, rule.Major);
            AddNumber(tests, Minor, rule.Minor);
        }

        for (int i = 0; i < tests.Count; i++)
        {
            program.Add(new BpfInsn(JumpIfNot, (byte)tests[i].Register, (short)(tests.Count - i - 1 + body.Count), tests[i].Value));
        }

        program.AddRange(CollectionsMarshal.AsSpan(body));
    }

    private static void AddNumber(List<(int Register, int Value)> tests, int register, uint? number)
    {
        if (number is { } value)
        {
            tests.Add((register, unchecked((int)value)));
        }
    }

    private static void AddAnswer(List<BpfInsn> program, bool allow)
    {
        program.Add(Take(MoveConstant, Answer, allow ? 1 : 0));
        program.Add(new BpfInsn(Exit, 0, 0, 0));
    }

    private static BpfInsn Load(int target, short offset) => new(LoadWord, (byte)(target | (Context << 4)), offset, 0);

    private static BpfInsn Take(byte operation, int target, int constant = 0, int source = 0) => new(operation, (byte)(target | (source << 4)), 0, constant);
}
