namespace Sandbox.Tests;

/// <summary>
/// Where the sources and the built executable lie. Tests that were copied away from the repository, to run as another
/// user or in a virtual machine, are told by SANDBOX_REPOSITORY and SANDBOX_EXECUTABLE.
/// </summary>
internal static class Repository
{
    /// <summary>The top directory: the one that holds Sandbox.sln.</summary>
    public static string Root { get; } = Environment.GetEnvironmentVariable("SANDBOX_REPOSITORY") ?? FindRoot();

    /// <summary>The executable under test; it must have been built (scripts/build).</summary>
    public static string Executable
    {
        get
        {
            string path = Environment.GetEnvironmentVariable("SANDBOX_EXECUTABLE") ?? In("artifacts", "sandbox");
            return File.Exists(path) ? path : throw new FileNotFoundException("run scripts/build first", path);
        }
    }

    /// <summary>The path of a file or directory of the repository.</summary>
    public static string In(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (string? directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Sandbox.sln")))
            {
                return directory;
            }
        }

        throw new DirectoryNotFoundException($"no Sandbox.sln above {AppContext.BaseDirectory}; set SANDBOX_REPOSITORY");
    }
}
