using System.Reflection.Metadata;

namespace Sandbox.Tests.Architecture;

/// <summary>Which code runs in the child, or before the runtime does: where the search for what it does begins.</summary>
internal static class ChildCode
{
    /// <summary>Folders into which the child's calls may lead.</summary>
    private static readonly string[] Followed = ["Sandbox.Child", "Sandbox.Init", "Sandbox.Steps", "Sandbox.Syscalls"];

    /// <summary>Every method of Child and Init, and each method elsewhere that calls into them, which thereby goes on in the child.</summary>
    public static IReadOnlyList<MethodDefinitionHandle> Roots(CompiledAssembly assembly) =>
    [
        .. from type in assembly.Types
           from method in assembly.Reader.GetTypeDefinition(type).GetMethods()
           where IsChild(assembly, type) || assembly.InstructionsOf(method).Any(instruction => CallsChild(assembly, instruction))
           select method,
    ];

    public static bool IsFollowed(string type) =>
        Followed.Any(folder => type.StartsWith(folder + ".", StringComparison.Ordinal));

    public static bool IsChild(CompiledAssembly assembly, TypeDefinitionHandle type) =>
        assembly.NamespaceOf(type) is "Sandbox.Child" or "Sandbox.Init";

    private static bool CallsChild(CompiledAssembly assembly, Instruction instruction) =>
        instruction.Code.Name is "call" or "ldftn"
        && assembly.Resolve(instruction.Token) is { IsOfThisAssembly: true } member
        && IsChild(assembly, (TypeDefinitionHandle)member.Type);
}
