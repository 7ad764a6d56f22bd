using System.Reflection.Metadata;

namespace Sandbox.Tests.Architecture;

/// <summary>The cloned child can neither allocate, nor throw, nor wait for the collector: told from its intermediate code.</summary>
public class ChildRulesTests
{
    [Test]
    public async Task No_code_of_the_child_breaks_a_rule()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(new ChildRules(product, ChildCode.IsFollowed).BrokenBy(ChildCode.Roots(product))).IsEmpty();
    }

    [Test]
    public async Task The_code_before_the_runtime_counts_as_the_childs()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(ChildCode.Roots(product).Select(product.NameOf)).Contains("Sandbox.Launch.BeforeRuntime.BlockSignals");
    }

    /// <summary>One sample for each rule: it is found, and is all that is found.</summary>
    [Test]
    [Arguments(nameof(ForbiddenInChild.MakesAnObject), "newobj System.Object..ctor")]
    [Arguments(nameof(ForbiddenInChild.MakesAnArray), "newarr System.Byte")]
    [Arguments(nameof(ForbiddenInChild.Boxes), "box System.Int32")]
    [Arguments(nameof(ForbiddenInChild.Throws), "throw")]
    [Arguments(nameof(ForbiddenInChild.CallsVirtually), "callvirt System.Object.GetHashCode")]
    [Arguments(nameof(ForbiddenInChild.IndexesAnArray), "ldelem.u1")]
    [Arguments(nameof(ForbiddenInChild.WritesIntoAnArray), "stelem.i1")]
    [Arguments(nameof(ForbiddenInChild.Casts), "castclass System.String")]
    [Arguments(nameof(ForbiddenInChild.Asks), "isinst System.String")]
    [Arguments(nameof(ForbiddenInChild.Unboxes), "unbox.any System.Int32")]
    [Arguments(nameof(ForbiddenInChild.AddsWithACheck), "add.ovf")]
    [Arguments(nameof(ForbiddenInChild.ConvertsWithACheck), "conv.ovf.u1")]
    [Arguments(nameof(ForbiddenInChild.TakesAStackOfAnySize), "mul.ovf.un")]
    [Arguments(nameof(ForbiddenInChild.ReadsAStatic), "ldsfld Sandbox.Tests.Architecture.ForbiddenInChild._number")]
    [Arguments(nameof(ForbiddenInChild.WritesAStatic), "stsfld Sandbox.Tests.Architecture.ForbiddenInChild._number")]
    [Arguments(nameof(ForbiddenInChild.IndexesASpan), "call System.ReadOnlySpan`1.get_Item")]
    [Arguments(nameof(ForbiddenInChild.CallsTheRuntime), "call System.Environment.get_ProcessId")]
    [Arguments(nameof(ForbiddenInChild.CallsOtherCode), "call Sandbox.Tests.Repository.get_Root")]
    [Arguments(nameof(ForbiddenInChild.CallsThroughAPointer), "calli")]
    [Arguments(nameof(ForbiddenInChild.NamesAString), "ldstr")]
    [Arguments(nameof(ForbiddenInChild.Tries), "try")]
    [Arguments(nameof(ForbiddenInChild.getpid), "a native call without RuntimeImport")]
    [Arguments(nameof(ForbiddenInChild.IsCalledByC), "an entry from native code, which attaches the thread to the runtime")]
    public async Task A_broken_rule_is_found(string sample, string why) =>
        await Assert.That(BrokenBySample(sample)).Contains($"Sandbox.Tests.Architecture.ForbiddenInChild.{sample}: {why}");

    [Test]
    public async Task A_rule_broken_by_a_callee_is_found() =>
        await Assert.That(BrokenBySample(nameof(ForbiddenInChild.CallsWhatMakesAnObject)))
            .IsEquivalentTo(["Sandbox.Tests.Architecture.ForbiddenInChild.MakesAnObject: newobj System.Object..ctor"]);

    [Test]
    public async Task What_the_child_needs_is_allowed() =>
        await Assert.That(BrokenBySample(nameof(ForbiddenInChild.IsHarmless))).IsEmpty();

    private static IReadOnlyList<string> BrokenBySample(string name)
    {
        using CompiledAssembly tests = CompiledAssembly.OfTests();
        string sample = typeof(ForbiddenInChild).FullName + "." + name;
        MethodDefinitionHandle method = tests.Reader.MethodDefinitions.Single(candidate => tests.NameOf(candidate) == sample);
        return new ChildRules(tests, type => type == typeof(ForbiddenInChild).FullName || type == typeof(Pair).FullName).BrokenBy([method]);
    }
}
