using Sandbox.Seccomp;

namespace Sandbox.Tests.Seccomp;

/// <summary>Runs classic BPF as the kernel does, and refuses programs that the kernel would refuse.</summary>
internal static class BpfMachine
{
    /// <summary>The verdict on a call, and how many instructions it took.</summary>
    public static (SeccompAction Verdict, int Steps) Run(ReadOnlySpan<ulong> program, uint architecture, uint number, ReadOnlySpan<ulong> arguments)
    {
        uint accumulator = 0;
        int steps = 0;
        for (int at = 0; ; at++)
        {
            // linux/filter.h; written out here so that the product's own names do not vouch for themselves.
            ulong word = program[at];
            ushort code = (ushort)word;
            int ifTrue = (byte)(word >> 16);
            int ifFalse = (byte)(word >> 24);
            uint operand = (uint)(word >> 32);
            steps++;
            switch (code)
            {
                case 0x20:
                    accumulator = Field(operand, architecture, number, arguments);
                    break;
                case 0x54:
                    accumulator &= operand;
                    break;
                case 0x05:
                    at += checked((int)operand);
                    break;
                case 0x15:
                    at += accumulator == operand ? ifTrue : ifFalse;
                    break;
                case 0x25:
                    at += accumulator > operand ? ifTrue : ifFalse;
                    break;
                case 0x35:
                    at += accumulator >= operand ? ifTrue : ifFalse;
                    break;
                case 0x45:
                    at += (accumulator & operand) != 0 ? ifTrue : ifFalse;
                    break;
                case 0x06:
                    return (new SeccompAction(operand), steps);
                default:
                    throw new InvalidOperationException($"instruction {at} has the code 0x{code:x}");
            }
        }
    }

    private static uint Field(uint offset, uint architecture, uint number, ReadOnlySpan<ulong> arguments) => offset switch
    {
        0 => number,
        4 => architecture,
        >= 16 and < 64 when offset % 8 == 0 => (uint)arguments[(int)(offset - 16) / 8],
        >= 16 and < 64 when offset % 8 == 4 => (uint)(arguments[(int)(offset - 16) / 8] >> 32),
        _ => throw new InvalidOperationException($"load from {offset}"),
    };
}
