using System.Text.RegularExpressions;

namespace Sandbox.Tests.Architecture;

/// <summary>The house stands as drawn: each folder uses only those that it may use.</summary>
public partial class FolderTests
{
    /// <summary>The whole order of the house. What is not named here is a dependency that nobody decided on.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Program"] = ["CommandLine", "Commands", "Syscalls"],
        ["Commands"] =
        [
            "CommandLine", "Json", "Images", "Rootfs", "Spec", "Seccomp", "Steps", "Plan", "Boot", "Cgroups", "Network", "Containers", "Launch", "Child", "Init", "State", "Supervisor", "Syscalls",
        ],
        ["CommandLine"] = [],
        ["Json"] = ["Syscalls"],
        ["Images"] = ["Json", "Syscalls"],
        ["Rootfs"] = ["Images", "Json", "Syscalls"],
        ["Spec"] = ["CommandLine", "Images", "Json", "Seccomp", "Syscalls"],
        ["Seccomp"] = ["Json", "Syscalls"],
        ["Steps"] = ["Syscalls"],
        ["Plan"] = ["Spec", "Rootfs", "Seccomp", "Steps", "Syscalls"],
        ["Cgroups"] = ["Spec", "Syscalls"],
        ["Network"] = ["Syscalls"],
        ["Boot"] = ["Json", "Network", "State", "Syscalls"],
        ["Containers"] = ["Spec", "Cgroups", "Json", "State", "Syscalls"],
        ["Launch"] = ["Plan", "Steps", "Child", "Init", "Cgroups", "Network", "Syscalls"],
        // One row of the house: the child becomes init, which goes by the child's way into the kernel.
        ["Child"] = ["Init", "Steps", "Syscalls"],
        ["Init"] = ["Child", "Steps", "Syscalls"],
        ["State"] = ["Json", "Syscalls"],
        ["Supervisor"] = ["Launch", "State", "Syscalls"],
        ["Syscalls"] = [],
    };

    /// <summary>Folders that only compute: what they make depends on nothing but what they are given.</summary>
    private static readonly string[] Pure = ["CommandLine", "Json", "Spec", "Seccomp", "Plan"];

    [Test]
    public async Task No_folder_uses_one_that_it_may_not()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(Forbidden(FolderEdges.Of(product), MayUse)).IsEmpty();
    }

    [Test]
    public async Task No_source_imports_a_folder_that_it_may_not()
    {
        IEnumerable<FolderEdge> imports =
            from file in ProductSources.All
            from Match import in ImportLine().Matches(file.Text)
            where import.Groups[1].Value != file.Folder
            select new FolderEdge(file.Folder, import.Groups[1].Value, file.Name);
        await Assert.That(Forbidden(imports, MayUse)).IsEmpty();
    }

    [Test]
    public async Task No_pure_folder_looks_at_the_world()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(LooksAtTheWorld(product, [.. Pure.Select(folder => "Sandbox." + folder)])).IsEmpty();
    }

    [Test]
    public async Task A_look_at_the_world_is_found()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(LooksAtTheWorld(product, ["Sandbox.Syscalls"])).IsNotEmpty();
        using CompiledAssembly tests = CompiledAssembly.OfTests();
        await Assert.That(LooksAtTheWorld(tests, ["Sandbox.Tests"])).Contains("Sandbox.Tests.Repository..cctor: System.Environment.GetEnvironmentVariable");
    }

    [Test]
    public async Task A_folder_is_a_namespace() =>
        await Assert.That(ProductSources.All
            .Where(file => file.Namespace is not null && !Regex.IsMatch(file.Text, $@"^namespace {Regex.Escape(file.Namespace)}\s*[;{{]?\s*$", RegexOptions.Multiline))
            .Select(file => file.Name)).IsEmpty();

    [Test]
    public async Task A_use_that_is_not_in_the_table_is_found()
    {
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        Dictionary<string, string[]> narrower = new(MayUse) { ["Launch"] = ["Syscalls"] };
        await Assert.That(Forbidden(FolderEdges.Of(product), narrower)).Contains(edge => edge.StartsWith("Launch -> Child:", StringComparison.Ordinal));
    }

    /// <summary>Uses hidden in a closure, an iterator, a type argument and a local variable are uses of the folder's.</summary>
    [Test]
    [Arguments("InClosure")]
    [Arguments("InIterator")]
    [Arguments("InTypeArgument")]
    [Arguments("InLocal")]
    [Arguments("InField")]
    public async Task No_form_of_use_is_overlooked(string name)
    {
        using CompiledAssembly tests = CompiledAssembly.OfTests();
        await Assert.That(FolderEdges.Of(tests)).Contains(edge =>
            edge is { From: "SampleUser", To: "SampleUsed" } && edge.Place.Contains(name, StringComparison.Ordinal));
    }

    /// <summary>Calls from some namespaces to the kernel, to files, and to what the process was given.</summary>
    private static string[] LooksAtTheWorld(CompiledAssembly assembly, string[] namespaces) =>
    [
        .. from type in assembly.Types
           where namespaces.Contains(assembly.NamespaceOf(type))
           from method in assembly.Reader.GetTypeDefinition(type).GetMethods()
           from instruction in assembly.InstructionsOf(method)
           where instruction.Code.Name is "call" or "callvirt" or "newobj" or "ldftn"
           let member = assembly.Resolve(instruction.Token)
           where member.Definitions.Any(assembly.IsNative) || World().IsMatch(member.Name)
           select $"{assembly.NameOf(method)}: {member.Name}",
    ];

    private static string[] Forbidden(IEnumerable<FolderEdge> edges, Dictionary<string, string[]> mayUse) =>
        [.. edges.Where(edge => !mayUse.TryGetValue(edge.From, out string[]? allowed) || !allowed.Contains(edge.To)).Select(edge => edge.ToString())];

    /// <summary>The BCL's ways out of the process; paths as such are but text, and iterators ask for their thread.</summary>
    [GeneratedRegex(@"^System\.(Environment(?!\.get_CurrentManagedThreadId)|Console|DateTime|Random|Diagnostics\.\w+|IO\.(File|Directory|FileInfo|DirectoryInfo|FileStream|RandomAccess))\.")]
    private static partial Regex World();

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?Sandbox\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex ImportLine();
}
