using System.Reflection.Metadata;

namespace Sandbox.Tests.Architecture;

/// <summary>One use of a folder's code by another's, with the place where it was seen.</summary>
internal sealed record FolderEdge(string From, string To, string Place)
{
    public override string ToString() => $"{From} -> {To}: {Place}";
}

/// <summary>Finds which folders use which, from signatures, fields, attributes and instructions.</summary>
internal sealed class FolderEdges
{
    private readonly CompiledAssembly _assembly;
    private readonly List<FolderEdge> _edges = [];
    private readonly SignatureTypes _signatures;
    private string _from = "";
    private string _place = "";

    private FolderEdges(CompiledAssembly assembly)
    {
        _assembly = assembly;
        _signatures = new SignatureTypes(Add);
    }

    private MetadataReader Reader => _assembly.Reader;

    /// <summary>All edges of an assembly, one for each pair of folders and place.</summary>
    public static IReadOnlyList<FolderEdge> Of(CompiledAssembly assembly)
    {
        FolderEdges finder = new(assembly);
        foreach (TypeDefinitionHandle type in assembly.Types)
        {
            if (finder.FolderOf(type) is string folder)
            {
                finder._from = folder;
                finder.VisitType(type);
            }
        }

        return [.. finder._edges.Distinct()];
    }

    /// <summary>
    /// The folder of a type, which its namespace tells; what is deeper belongs to it, and Program.cs has none. Null for what is nobody's: the compiler's own
    /// data, and attributes that stand in for the runtime's.
    /// </summary>
    private string? FolderOf(TypeDefinitionHandle type) => _assembly.NamespaceOf(type) switch
    {
        "" => _assembly.NameOf(type).StartsWith('<') ? null : "Program",
        string space when space.StartsWith("Sandbox.", StringComparison.Ordinal) => space.Split('.')[1],
        _ => null,
    };

    private void VisitType(TypeDefinitionHandle handle)
    {
        TypeDefinition type = Reader.GetTypeDefinition(handle);
        _place = _assembly.NameOf(handle);
        Use(type.BaseType);
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            Use(Reader.GetInterfaceImplementation(implementation).Interface);
        }

        VisitConstraints(type.GetGenericParameters());
        VisitAttributes(type.GetCustomAttributes());
        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            FieldDefinition definition = Reader.GetFieldDefinition(field);
            definition.DecodeSignature(_signatures, null);
            VisitAttributes(definition.GetCustomAttributes());
        }

        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            VisitMethod(method);
        }
    }

    private void VisitMethod(MethodDefinitionHandle handle)
    {
        MethodDefinition method = Reader.GetMethodDefinition(handle);
        _place = _assembly.NameOf(handle);
        method.DecodeSignature(_signatures, null);
        VisitConstraints(method.GetGenericParameters());
        VisitAttributes(method.GetCustomAttributes());
        if (_assembly.BodyOf(handle) is not MethodBodyBlock body)
        {
            return;
        }

        if (!body.LocalSignature.IsNil)
        {
            Reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_signatures, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Use(region.CatchType);
        }

        foreach (Instruction instruction in _assembly.InstructionsOf(handle))
        {
            Use(instruction.Token);
        }
    }

    private void VisitConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterConstraintHandle constraint in parameters.SelectMany(parameter => Reader.GetGenericParameter(parameter).GetConstraints()))
        {
            Use(Reader.GetGenericParameterConstraint(constraint).Type);
        }
    }

    private void VisitAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle attribute in attributes)
        {
            Use(Reader.GetCustomAttribute(attribute).Constructor);
        }
    }

    /// <summary>Takes in all types that a token stands for: the member's own, its signature's, its type arguments.</summary>
    private void Use(EntityHandle token)
    {
        if (token.IsNil)
        {
            // An interface has no base.
            return;
        }

        switch (token.Kind)
        {
            case HandleKind.TypeDefinition or HandleKind.TypeSpecification:
                _signatures.Name(Reader, token);
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = Reader.GetMethodDefinition((MethodDefinitionHandle)token);
                Use(method.GetDeclaringType());
                method.DecodeSignature(_signatures, null);
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = Reader.GetFieldDefinition((FieldDefinitionHandle)token);
                Use(field.GetDeclaringType());
                field.DecodeSignature(_signatures, null);
                break;
            case HandleKind.MemberReference:
                MemberReference member = Reader.GetMemberReference((MemberReferenceHandle)token);
                Use(member.Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification specification = Reader.GetMethodSpecification((MethodSpecificationHandle)token);
                Use(specification.Method);
                specification.DecodeSignature(_signatures, null);
                break;
        }
    }

    private void Add(TypeDefinitionHandle type)
    {
        if (FolderOf(type) is string to && to != _from)
        {
            _edges.Add(new FolderEdge(_from, to, _place));
        }
    }
}
