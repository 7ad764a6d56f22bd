using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Sandbox.Tests.Architecture;

/// <summary>The sources keep the form that the house has agreed on.</summary>
public partial class StyleTests
{
    private const int LongestFile = 320;

    /// <summary>Tables of the kernel's, which are as long as the kernel's.</summary>
    private static readonly string[] Tables = ["Syscalls/SystemCall.cs"];

    private static readonly string[] TopLevel =
    [
        ".ci", ".editorconfig", ".gitattributes", ".gitignore", "Directory.Build.props", "LICENSE", "README.md", "Sandbox.sln",
        "global.json", "images", "scripts", "src",
    ];

    [Test]
    public async Task Each_type_says_in_a_sentence_what_it_is()
    {
        XElement documentation = XElement.Load(Path.ChangeExtension(typeof(Sandbox.Syscalls.SandboxException).Assembly.Location, ".xml"));
        Dictionary<string, string> summaries = documentation.Descendants("member")
            .ToDictionary(member => member.Attribute("name")!.Value, member => member.Element("summary")?.Value.Trim() ?? "");
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(product.TypeNames
            .Where(type => type.StartsWith("Sandbox.", StringComparison.Ordinal) && !OfCompiler().IsMatch(type))
            .Where(type => !Sentence().IsMatch(summaries.GetValueOrDefault("T:" + type.Replace('/', '.'), "")))).IsEmpty();
    }

    [Test]
    public async Task No_file_is_too_long_to_be_read_at_once() =>
        await Assert.That(ProductSources.All
            .Where(file => !Tables.Contains(file.Name) && file.Text.Count(character => character == '\n') > LongestFile)
            .Select(file => file.Name)).IsEmpty();

    [Test]
    public async Task No_name_stands_for_a_heap_of_things()
    {
        await Assert.That(ProductSources.All.Where(file => HeapName().IsMatch(file.Name)).Select(file => file.Name)).IsEmpty();
        using CompiledAssembly product = CompiledAssembly.OfProduct();
        await Assert.That(product.TypeNames.Where(name => HeapName().IsMatch(name))).IsEmpty();
    }

    [Test]
    public async Task The_top_level_holds_what_it_must_and_no_more()
    {
        string entries = await Command.Tool("git", "-c", "safe.directory=*", "-C", Repository.Root, "ls-tree", "--name-only", "HEAD");
        await Assert.That(entries.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(TopLevel)).IsEmpty();
    }

    [Test]
    public async Task The_product_is_made_of_no_package()
    {
        XElement project = XElement.Load(Repository.In("src", "Sandbox", "Sandbox.csproj"));
        await Assert.That(project.Descendants().Select(element => element.Name.LocalName)).DoesNotContain("PackageReference");
    }

    [GeneratedRegex(@"\w.*\.(\s|$)", RegexOptions.Singleline)]
    private static partial Regex Sentence();

    /// <summary>Names that end in such a word, or that are nothing but "Common"; a noun with the adjective is a name.</summary>
    [GeneratedRegex(@"(?:Utils?|Utility|Utilities|Helpers?|Managers?|\bCommon)\b")]
    private static partial Regex HeapName();

    /// <summary>Types that no source declares by a name, such as closures and generated marshalling; and those that are a part of another.</summary>
    [GeneratedRegex("<|__|/")]
    private static partial Regex OfCompiler();
}
