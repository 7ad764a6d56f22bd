using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Sandbox.Tests.Architecture;

/// <summary>
/// The rules of code that runs in a child cloned from a process with more threads: nothing that allocates, throws, locks
/// or polls the collector. Only what is known to be harmless is allowed; calls are followed.
/// </summary>
internal sealed class ChildRules(CompiledAssembly assembly, Func<string, bool> isFollowed)
{
    /// <summary>Instructions that compile to plain machine instructions, whatever their operand.</summary>
    private static readonly HashSet<string> Harmless =
    [
        "nop", "break", "dup", "pop", "ret", "switch", "sizeof", "initobj", "ldobj", "stobj", "cpobj", "cpblk", "initblk", "localloc",
        "ldnull", "ldarg", "ldarga", "starg", "ldloc", "ldloca", "stloc", "ldc", "ldind", "stind", "ldfld", "ldflda", "stfld",
        "br", "brfalse", "brtrue", "beq", "bge", "bgt", "ble", "blt", "bne",
        "ceq", "cgt", "clt", "conv", "add", "sub", "mul", "div", "rem", "and", "or", "xor", "shl", "shr", "neg", "not",
        "volatile.", "unaligned.", "readonly.",
    ];

    /// <summary>Members of the runtime that the compilers replace by an address or by plain instructions.</summary>
    private static readonly HashSet<string> Intrinsics =
    [
        "System.ReadOnlySpan`1..ctor",
        "System.ReadOnlySpan`1.GetPinnableReference",
        "System.ReadOnlySpan`1.get_Length",
        "System.Runtime.CompilerServices.RuntimeHelpers.CreateSpan",
        "System.Runtime.InteropServices.MemoryMarshal.GetReference",
        "System.Runtime.CompilerServices.Unsafe.AsPointer",
    ];

    /// <summary>
    /// The exceptions to "no static fields": plain numbers without an initialiser, written by the only thread before the
    /// runtime starts, or before the handler that reads them is there.
    /// </summary>
    private static readonly HashSet<string> PlainStatics =
    [
        "Sandbox.Launch.BeforeLibrary._thread",
        "Sandbox.Launch.BeforeRuntime._signalMask",
        "Sandbox.Launch.BeforeRuntime._earlyStart",
        "Sandbox.Launch.FaultSignals._lastResort",
    ];

    private readonly HashSet<MethodDefinitionHandle> _seen = [];
    private readonly Queue<MethodDefinitionHandle> _toVisit = [];
    private readonly List<string> _broken = [];

    private MetadataReader Reader => assembly.Reader;

    /// <summary>The rules broken by the given methods and by all that they call, each with its place.</summary>
    public IReadOnlyList<string> BrokenBy(IEnumerable<MethodDefinitionHandle> methods)
    {
        foreach (MethodDefinitionHandle method in methods)
        {
            Follow(method);
        }

        while (_toVisit.TryDequeue(out MethodDefinitionHandle method))
        {
            Visit(method);
        }

        return _broken;
    }

    private void Follow(MethodDefinitionHandle method)
    {
        if (_seen.Add(method))
        {
            _toVisit.Enqueue(method);
        }
    }

    private void Visit(MethodDefinitionHandle handle)
    {
        MethodDefinition method = Reader.GetMethodDefinition(handle);
        string place = assembly.NameOf(handle);
        if (place.EndsWith("..cctor", StringComparison.Ordinal))
        {
            Break(place, "a static initialiser");
        }

        if (assembly.HasAttribute(method.GetCustomAttributes(), "System.Runtime.InteropServices.UnmanagedCallersOnlyAttribute"))
        {
            Break(place, "an entry from native code, which attaches the thread to the runtime");
        }

        if (assembly.BodyOf(handle) is not MethodBodyBlock body)
        {
            if (!assembly.HasAttribute(method.GetCustomAttributes(), "System.Runtime.RuntimeImportAttribute"))
            {
                Break(place, "a native call without RuntimeImport");
            }

            return;
        }

        if (body.ExceptionRegions.Length > 0)
        {
            Break(place, "try");
        }

        List<Instruction> instructions = assembly.InstructionsOf(handle);
        for (int index = 0; index < instructions.Count; index++)
        {
            if (!IsStackSize(instructions, index) && WhyForbidden(instructions[index]) is string why)
            {
                Break(place, why);
            }
        }
    }

    /// <summary>
    /// Whether a checked multiplication is that of a stackalloc: of the structure's size by a number of the source, which
    /// ILC computes.
    /// </summary>
    private static bool IsStackSize(List<Instruction> instructions, int index) =>
        index >= 3 && index + 1 < instructions.Count
        && instructions[index].Code == OpCodes.Mul_Ovf_Un
        && instructions[index - 3].Code.Name!.StartsWith("ldc.i4", StringComparison.Ordinal)
        && instructions[index - 1].Code == OpCodes.Sizeof
        && instructions[index + 1].Code == OpCodes.Localloc;

    private string? WhyForbidden(Instruction instruction)
    {
        string code = instruction.Code.Name!;
        if (code.Contains(".ovf", StringComparison.Ordinal))
        {
            return code;
        }

        if (Harmless.Contains(code) || Harmless.Contains(code.Split('.')[0]))
        {
            return null;
        }

        if (instruction.Token.IsNil)
        {
            return code;
        }

        Member member = assembly.Resolve(instruction.Token);
        bool isAllowed = code switch
        {
            "call" => MayCall(member),
            "newobj" => MayMake(member),
            "ldsfld" or "stsfld" or "ldsflda" or "ldtoken" => IsData(instruction.Token) || PlainStatics.Contains(member.Name),
            "ldftn" => IsOwnCode(member),
            _ => false,
        };
        return isAllowed ? null : $"{code} {member.Name}";
    }

    /// <summary>Calls lead to intrinsics, or to the product's own code in the folders that are followed.</summary>
    private bool MayCall(Member member)
    {
        if (!member.IsOfThisAssembly)
        {
            return Intrinsics.Contains(member.Name);
        }

        if (!IsOwnCode(member))
        {
            return false;
        }

        foreach (MethodDefinitionHandle method in member.Definitions)
        {
            Follow(method);
        }

        return true;
    }

    /// <summary>A constructor of a structure writes to memory that is there; one of a class allocates.</summary>
    private bool MayMake(Member member) => member.IsOfThisAssembly
        ? assembly.IsValueType((TypeDefinitionHandle)member.Type) && MayCall(member)
        : Intrinsics.Contains(member.Name);

    private bool IsOwnCode(Member member) => member.IsOfThisAssembly && isFollowed(assembly.NameOf(member.Type));

    /// <summary>Bytes of a literal, which lie in the file.</summary>
    private bool IsData(EntityHandle field) =>
        field.Kind == HandleKind.FieldDefinition && assembly.HasData((FieldDefinitionHandle)field);

    private void Break(string place, string why) => _broken.Add($"{place}: {why}");
}
