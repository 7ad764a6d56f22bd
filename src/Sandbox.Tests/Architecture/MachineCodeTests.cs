using System.Reflection.Metadata;
using System.Text.RegularExpressions;

namespace Sandbox.Tests.Architecture;

/// <summary>The cloned child can neither allocate, nor throw, nor wait for the collector: told from the built executable's machine code.</summary>
public partial class MachineCodeTests
{
    /// <summary>What the search finds in the runtime's own managed code, which is under no such rules.</summary>
    private static readonly Lazy<Task<IReadOnlyCollection<string>>> BrokenByRuntime = new(async () =>
    {
        MachineCode code = await MachineCode.Built.Value;
        return new MachineRules(code).BrokenBy(code.Functions.Where(function => function.Name.StartsWith("S_P_CoreLib_", StringComparison.Ordinal)));
    });

    [Test]
    public async Task Nothing_but_plain_code_is_reached_from_the_child()
    {
        MachineCode code = await MachineCode.Built.Value;
        string[] outside = OutsideChild();
        IEnumerable<MachineSymbol> roots = code.Functions.Where(function => ChildFunction().IsMatch(function.Name) || outside.Contains(function.Name));
        await Assert.That(new MachineRules(code).BrokenBy(roots)).IsEmpty();
    }

    /// <summary>Code elsewhere that goes on in the child is a function of its own, so that the search above finds it whole.</summary>
    [Test]
    public async Task Code_that_goes_on_in_the_child_is_not_inlined_into_the_parents()
    {
        MachineCode code = await MachineCode.Built.Value;
        string[] outside = OutsideChild();
        await Assert.That(outside.Except(code.Functions.Select(function => function.Name))).IsEmpty();
        await Assert.That(outside).Contains("sandbox_Sandbox_Launch_BeforeRuntime__BlockSignals");
        await Assert.That(LeadingIntoChild(code).Except(outside)).IsEmpty();
    }

    [Test]
    [Arguments("reaches RhpNew")]
    [Arguments("reaches RhpThrow")]
    [Arguments("reaches S_P_CoreLib_")]
    [Arguments("uses RhpTrapThreads")]
    [Arguments("uses __NONGCSTATICS")]
    [Arguments("uses __GCSTATICS")]
    [Arguments("goes where only the run tells: call ")]
    [Arguments("goes where only the run tells: rex.W jmp ")]
    [Arguments("uses the thread's own storage")]
    public async Task What_the_child_must_not_do_is_found(string found) =>
        await Assert.That(await BrokenByRuntime.Value).Contains(line => line.Contains(found, StringComparison.Ordinal));

    /// <summary>Only tail calls have the prefix; a jump without it is a switch's, and the runtime has many.</summary>
    [Test]
    public async Task A_switch_is_allowed() =>
        await Assert.That(await BrokenByRuntime.Value).DoesNotContain(line => line.Contains("tells: jmp", StringComparison.Ordinal));

    /// <summary>The functions that are not the child's but call or jump into its code.</summary>
    private static IEnumerable<string> LeadingIntoChild(MachineCode code) =>
        from function in code.Functions
        where function.Name.StartsWith("sandbox_", StringComparison.Ordinal) && !ChildFunction().IsMatch(function.Name)
        where code.InstructionsOf(function).Any(instruction =>
            instruction.Target is ulong target && code.FunctionsAt(target).Any(reached => ChildFunction().IsMatch(reached.Name)))
        select function.Name;

    /// <summary>ILC's names of the methods outside Child and Init whose code goes on in the child.</summary>
    private static string[] OutsideChild()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        return
        [
            .. ChildCode.Roots(product)
                .Where(method => !ChildCode.IsChild(product, product.Reader.GetMethodDefinition(method).GetDeclaringType()))
                .Select(method => SymbolOf(product, method)),
        ];
    }

    private static string SymbolOf(CompiledAssembly assembly, MethodDefinitionHandle method)
    {
        MethodDefinition definition = assembly.Reader.GetMethodDefinition(method);
        string type = NotOfSymbols().Replace(assembly.NameOf(definition.GetDeclaringType()), "_");
        return $"sandbox_{type}__{NotOfSymbols().Replace(assembly.Reader.GetString(definition.Name), "_")}";
    }

    [GeneratedRegex("^sandbox_Sandbox_(Child|Init)_")]
    private static partial Regex ChildFunction();

    [GeneratedRegex("[^A-Za-z0-9]")]
    private static partial Regex NotOfSymbols();
}
