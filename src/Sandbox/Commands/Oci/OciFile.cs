using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Reads what engines hand over in files.</summary>
internal static class OciFile
{
    private const string StandardInput = "/dev/stdin";

    /// <summary>The bytes of a file; of standard input for "-".</summary>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path == "-" ? StandardInput : path);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            throw new SandboxException($"cannot read {path}", failure is FileNotFoundException or DirectoryNotFoundException ? "no such file or directory" : FileFailure.Why(failure));
        }
    }
}
