using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace Sandbox.Tests.Architecture;

/// <summary>One instruction of a method's intermediate code.</summary>
internal readonly record struct Instruction(OpCode Code, int Operand)
{
    private static readonly Dictionary<ushort, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (ushort)code.Value);

    /// <summary>What the operand names: a type, a method or a field; nil where it names none.</summary>
    public EntityHandle Token => Code.OperandType
        is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
        ? MetadataTokens.EntityHandle(Operand)
        : default;

    /// <summary>The instructions of a method's body, in order.</summary>
    public static List<Instruction> Decode(ReadOnlySpan<byte> body)
    {
        List<Instruction> all = [];
        while (!body.IsEmpty)
        {
            int codeSize = body[0] == 0xFE ? 2 : 1;
            OpCode code = Codes[codeSize == 2 ? BinaryPrimitives.ReadUInt16BigEndian(body) : body[0]];
            body = body[codeSize..];
            int operandSize = OperandSize(code, body);
            all.Add(new Instruction(code, operandSize >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(body) : 0));
            body = body[operandSize..];
        }

        return all;
    }

    private static int OperandSize(OpCode code, ReadOnlySpan<byte> operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
