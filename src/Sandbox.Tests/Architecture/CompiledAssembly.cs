using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sandbox.Tests.Architecture;

/// <summary>An assembly as the compiler wrote it: its types, its methods and what their instructions name.</summary>
internal sealed class CompiledAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly SignatureTypes _names = new();

    public CompiledAssembly(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        Reader = _file.GetMetadataReader();
    }

    /// <summary>The product's assembly: what ILC makes the executable of.</summary>
    public static CompiledAssembly OfProduct() => new(typeof(Sandbox.Syscalls.SandboxException).Assembly.Location);

    /// <summary>The assembly of the tests, which holds samples of what is forbidden.</summary>
    public static CompiledAssembly OfTests() => new(typeof(CompiledAssembly).Assembly.Location);

    public MetadataReader Reader { get; }

    public IEnumerable<TypeDefinitionHandle> Types => Reader.TypeDefinitions;

    public IEnumerable<string> TypeNames => Types.Select(type => NameOf(type));

    /// <summary>The libraries that the assembly's own native calls are declared to be in.</summary>
    public IEnumerable<string> NativeLibraries => Reader.MethodDefinitions
        .Where(IsNative)
        .Select(method => Reader.GetString(Reader.GetModuleReference(Reader.GetMethodDefinition(method).GetImport().Module).Name))
        .Distinct();

    /// <summary>Full name, nested types after a slash.</summary>
    public string NameOf(EntityHandle type) => _names.Name(Reader, type);

    public string NameOf(MethodDefinitionHandle method)
    {
        MethodDefinition definition = Reader.GetMethodDefinition(method);
        return NameOf(definition.GetDeclaringType()) + "." + Reader.GetString(definition.Name);
    }

    /// <summary>The namespace of a type, which for a nested one, such as a closure's, is that of the type around it.</summary>
    public string NamespaceOf(TypeDefinitionHandle type)
    {
        TypeDefinition definition = Reader.GetTypeDefinition(type);
        return definition.IsNested ? NamespaceOf(definition.GetDeclaringType()) : Reader.GetString(definition.Namespace);
    }

    public bool IsValueType(TypeDefinitionHandle type) =>
        NameOf(Reader.GetTypeDefinition(type).BaseType) is "System.ValueType" or "System.Enum";

    /// <summary>The body of a method; null where it has none (extern, abstract).</summary>
    public MethodBodyBlock? BodyOf(MethodDefinitionHandle method)
    {
        int address = Reader.GetMethodDefinition(method).RelativeVirtualAddress;
        return address == 0 ? null : _file.GetMethodBody(address);
    }

    public List<Instruction> InstructionsOf(MethodDefinitionHandle method) =>
        BodyOf(method) is MethodBodyBlock body ? Instruction.Decode(body.GetILBytes()) : [];

    /// <summary>What a method or field token names: its type and name, and its definitions where they are in this assembly.</summary>
    public Member Resolve(EntityHandle token) => token.Kind switch
    {
        HandleKind.MethodSpecification => Resolve(Reader.GetMethodSpecification((MethodSpecificationHandle)token).Method),
        HandleKind.MethodDefinition => new Member(
            Reader.GetMethodDefinition((MethodDefinitionHandle)token).GetDeclaringType(),
            NameOf((MethodDefinitionHandle)token),
            [(MethodDefinitionHandle)token]),
        HandleKind.FieldDefinition => ResolveField((FieldDefinitionHandle)token),
        HandleKind.MemberReference => ResolveReference(Reader.GetMemberReference((MemberReferenceHandle)token)),
        _ => new Member(token, NameOf(token), []),
    };

    /// <summary>Whether a method is a native call of the managed side.</summary>
    public bool IsNative(MethodDefinitionHandle method) =>
        Reader.GetMethodDefinition(method).Attributes.HasFlag(MethodAttributes.PinvokeImpl);

    public bool HasAttribute(CustomAttributeHandleCollection attributes, string name) =>
        attributes.Any(handle => Resolve(Reader.GetCustomAttribute(handle).Constructor).Name == name + "..ctor");

    public bool HasData(FieldDefinitionHandle field) =>
        Reader.GetFieldDefinition(field).Attributes.HasFlag(FieldAttributes.HasFieldRVA);

    public void Dispose() => _file.Dispose();

    private Member ResolveField(FieldDefinitionHandle field)
    {
        FieldDefinition definition = Reader.GetFieldDefinition(field);
        TypeDefinitionHandle type = definition.GetDeclaringType();
        return new Member(type, NameOf(type) + "." + Reader.GetString(definition.Name), []);
    }

    /// <summary>A member of another assembly, or of a generic type of this one: there, all overloads are taken.</summary>
    private Member ResolveReference(MemberReference reference)
    {
        string name = Reader.GetString(reference.Name);
        string typeName = NameOf(reference.Parent);
        TypeDefinitionHandle type = Types.FirstOrDefault(candidate => NameOf(candidate) == typeName);
        return new Member(
            type.IsNil ? reference.Parent : type,
            typeName + "." + name,
            type.IsNil ? [] : [.. Reader.GetTypeDefinition(type).GetMethods().Where(method => Reader.StringComparer.Equals(Reader.GetMethodDefinition(method).Name, name))]);
    }
}

/// <summary>What an instruction names: the type that declares it, the full name, and the methods of this assembly that it can be.</summary>
internal sealed record Member(EntityHandle Type, string Name, IReadOnlyList<MethodDefinitionHandle> Definitions)
{
    public bool IsOfThisAssembly => Type.Kind == HandleKind.TypeDefinition;
}
