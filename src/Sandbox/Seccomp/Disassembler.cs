using System.Text;

namespace Sandbox.Seccomp;

/// <summary>Puts a program into words: one line an instruction, jumps with the number of the line that they go to.</summary>
internal static class Disassembler
{
    public static string Print(ReadOnlySpan<ulong> program)
    {
        StringBuilder text = new();
        for (int i = 0; i < program.Length; i++)
        {
            text.Append($"{i,4}: {Line(new BpfInstruction(program[i]), i)}\n");
        }

        return text.ToString();
    }

    private static string Line(BpfInstruction instruction, int at) => instruction.Code switch
    {
        BpfCode.Load => $"load {FieldAt(instruction.Operand)}",
        BpfCode.And => $"and 0x{instruction.Operand:x}",
        BpfCode.Jump => $"goto {at + 1 + instruction.Operand}",
        BpfCode.Return => $"return {new SeccompAction(instruction.Operand)}",
        BpfCode.JumpIfEqual => Branch("==", instruction, at),
        BpfCode.JumpIfGreater => Branch(">", instruction, at),
        BpfCode.JumpIfGreaterOrEqual => Branch(">=", instruction, at),
        BpfCode.JumpIfAnySet => Branch("&", instruction, at),
        _ => $"0x{instruction.Word:x16}",
    };

    private static string Branch(string sign, BpfInstruction instruction, int at) =>
        $"if {sign} 0x{instruction.Operand:x} goto {at + 1 + instruction.IfTrue} else {at + 1 + instruction.IfFalse}";

    private static string FieldAt(uint offset)
    {
        if (offset == SeccompData.Number)
        {
            return "number";
        }

        if (offset == SeccompData.Architecture)
        {
            return "architecture";
        }

        for (int argument = 0; argument <= ArgumentCondition.MaximumIndex; argument++)
        {
            if (offset == SeccompData.LowHalfOf(argument))
            {
                return $"arg{argument}.low";
            }

            if (offset == SeccompData.HighHalfOf(argument))
            {
                return $"arg{argument}.high";
            }
        }

        return $"[{offset}]";
    }
}
