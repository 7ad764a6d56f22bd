namespace Sandbox.Tests.Architecture;

/// <summary>The product's source files.</summary>
internal static class ProductSources
{
    private static readonly string Directory = Repository.In("src", "Sandbox");

    public static IReadOnlyList<SourceFile> All { get; } =
    [
        .. System.IO.Directory.EnumerateFiles(Directory, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Directory, path))
            .Where(name => !name.StartsWith("obj/", StringComparison.Ordinal) && !name.StartsWith("bin/", StringComparison.Ordinal))
            .Order()
            .Select(name => new SourceFile(name, File.ReadAllText(Path.Combine(Directory, name)))),
    ];
}

/// <summary>One source file: its name beneath src/Sandbox, and its text.</summary>
internal sealed record SourceFile(string Name, string Text)
{
    /// <summary>The namespace that its folder of the house stands for; none for Program.cs. Folders in a folder sort its files, nothing else.</summary>
    public string? Namespace => Name.Contains('/', StringComparison.Ordinal) ? "Sandbox." + Folder : null;

    /// <summary>The folder of the house that it is in; Program.cs stands for itself.</summary>
    public string Folder => Path.GetFileNameWithoutExtension(Name.Split('/')[0]);
}
