using System.Collections.Immutable;
using Sandbox.Cgroups;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Tests.Cgroups;

/// <summary>Device programs decide as the rules do: each thing wanted by the last rule that speaks of it, and no without one.</summary>
public class DeviceProgramTests
{
    private static readonly DeviceRuleSpec DenyAll = new(false, DeviceKind.All, null, null, DeviceAccess.All);

    [Test]
    public async Task What_no_rule_speaks_of_is_denied() => await Assert.That(Run([], DeviceKind.Character, 1, 3, DeviceAccess.Read)).IsFalse();

    [Test]
    public async Task The_last_rule_holds()
    {
        ImmutableArray<DeviceRuleSpec> rules = [DenyAll, new(true, DeviceKind.Character, 1, 3, DeviceAccess.Read | DeviceAccess.Write)];
        await Assert.That(Run(rules, DeviceKind.Character, 1, 3, DeviceAccess.Write)).IsTrue();
        await Assert.That(Run(rules, DeviceKind.Character, 1, 3, DeviceAccess.Make)).IsFalse();
        await Assert.That(Run(rules, DeviceKind.Block, 1, 3, DeviceAccess.Read)).IsFalse();
        await Assert.That(Run(rules.Add(DenyAll), DeviceKind.Character, 1, 3, DeviceAccess.Read)).IsFalse();
    }

    /// <summary>Reading allowed by one rule and writing by another is both.</summary>
    [Test]
    public async Task Rules_add_up() =>
        await Assert.That(Run(
            [new(true, DeviceKind.Block, 8, null, DeviceAccess.Read), new(true, DeviceKind.Block, 8, 1, DeviceAccess.Write)],
            DeviceKind.Block, 8, 1, DeviceAccess.Read | DeviceAccess.Write)).IsTrue();

    [Test]
    public async Task Random_rules_are_decided_as_the_specification_says()
    {
        Random random = new(5);
        for (int round = 0; round < 3000; round++)
        {
            ImmutableArray<DeviceRuleSpec> rules = [.. Enumerable.Range(0, random.Next(6)).Select(_ => RandomRule(random))];
            (DeviceKind kind, uint major, uint minor, DeviceAccess access) =
                ((DeviceKind)random.Next(1, 3), (uint)random.Next(3), (uint)random.Next(3) - 1, (DeviceAccess)random.Next(1, 8));
            await Assert.That(Run(rules, kind, major, minor, access)).IsEqualTo(Decide(rules, kind, major, minor, access))
                .Because($"{string.Join(", ", rules)} for {kind} {major}:{minor} {access}");
        }
    }

    private static DeviceRuleSpec RandomRule(Random random) => new(
        random.Next(2) == 0, (DeviceKind)random.Next(3), Number(random), random.Next(4) == 0 ? uint.MaxValue : Number(random), (DeviceAccess)random.Next(1, 8));

    private static uint? Number(Random random) => random.Next(3) == 0 ? null : (uint)random.Next(3);

    private static bool Decide(ImmutableArray<DeviceRuleSpec> rules, DeviceKind kind, uint major, uint minor, DeviceAccess access) =>
        new[] { DeviceAccess.Make, DeviceAccess.Read, DeviceAccess.Write }.Where(one => access.HasFlag(one)).All(one => rules
            .Where(rule => rule.Access.HasFlag(one))
            .Where(rule => rule.Kind == DeviceKind.All || (rule.Kind == kind && (rule.Major ?? major) == major && (rule.Minor ?? minor) == minor))
            .Select(rule => rule.Allow).LastOrDefault());

    /// <summary>The few instructions that device programs are made of, as the kernel's machine has them.</summary>
    private static bool Run(ImmutableArray<DeviceRuleSpec> rules, DeviceKind kind, uint major, uint minor, DeviceAccess access)
    {
        uint[] context = [((uint)access << 16) | (uint)kind, major, minor];
        ulong[] registers = new ulong[11];
        ImmutableArray<BpfInsn> program = DeviceProgram.Compile(rules);
        for (int at = 0; ; at++)
        {
            BpfInsn instruction = program[at];
            ref ulong target = ref registers[instruction.Registers & 15];
            switch (instruction.Code)
            {
                case 0x61: target = context[instruction.Offset / 4]; break;
                case 0xbf: target = registers[instruction.Registers >> 4]; break;
                case 0xb7: target = (ulong)(long)instruction.Immediate; break;
                case 0x57: target &= (ulong)(long)instruction.Immediate; break;
                case 0x77: target >>= instruction.Immediate; break;
                case 0x56: at += (uint)target != (uint)instruction.Immediate ? instruction.Offset : 0; break;
                case 0x46: at += ((uint)target & (uint)instruction.Immediate) != 0 ? instruction.Offset : 0; break;
                case 0x05: at += instruction.Offset; break;
                case 0x95: return registers[0] == 1;
                default: throw new InvalidOperationException($"unknown instruction {instruction}");
            }
        }
    }
}
