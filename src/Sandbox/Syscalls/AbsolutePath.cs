namespace Sandbox.Syscalls;

/// <summary>A path of the caller's from the root on; a working directory that was removed has no such paths (getcwd(3)).</summary>
internal static class AbsolutePath
{
    public static string Of(string path)
    {
        try
        {
            return Path.GetFullPath(path);
        }
        catch (FileNotFoundException)
        {
            throw new SandboxException($"cannot find {path}", "the working directory is gone", "give an absolute path");
        }
    }
}
