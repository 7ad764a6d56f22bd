using Sandbox.Syscalls;

namespace Sandbox.Launch;

/// <summary>What the launcher has to know of itself: which file it is, and where its arguments lie.</summary>
internal static class OwnProcess
{
    private const ulong AT_EXECFN = 31, AT_PLATFORM = 15;

    /// <summary>Device (minor in the upper half) and inode of the file that this process runs, and the id of its mount.</summary>
    public static (ulong Device, ulong Inode, ulong Mount) Executable =>
        Libc.statx(Libc.AT_FDCWD, "/proc/self/exe", AtFlags.None, out Statx own) == 0
            ? (own.DeviceMajor | ((ulong)own.DeviceMinor << 32), own.Inode, own.Mount)
            : throw SandboxException.FromLastError("cannot look at sandbox's own executable", "/proc must be mounted");

    /// <summary>The words that this process was called with, as bytes, each with its NUL.</summary>
    public static byte[] Arguments => Read("/proc/self/cmdline");

    /// <summary>The variables that this process was given, as bytes: NAME=VALUE, each with its NUL.</summary>
    public static byte[] Environment => Read("/proc/self/environ");

    /// <summary>What mends it that the caller may execute sandbox's file, and not read it: the kernel then hides all of the process from him.</summary>
    public static string? HintOf(Errno errno) => errno == Errno.EACCES ? "sandbox's executable must be readable for whoever runs it: chmod a+r" : null;

    /// <summary>
    /// The memory of the arguments and the environment. The kernel lays out, upwards: the platform's name, a gap of zeros,
    /// the arguments, the environment, the file name of the executable (create_elf_tables in fs/binfmt_elf.c).
    /// </summary>
    public static unsafe (nint Address, nint Length) ArgumentArea
    {
        get
        {
            byte* platform = (byte*)Libc.getauxval(AT_PLATFORM);
            byte* executable = (byte*)Libc.getauxval(AT_EXECFN);
            if (platform is null || executable is null || executable <= platform)
            {
                return default;
            }

            byte* from = platform;
            while (*from != 0)
            {
                from++;
            }

            while (from < executable && *from == 0)
            {
                from++;
            }

            return ((nint)from, (nint)(executable - from));
        }
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw SandboxException.FromErrno($"cannot read {path}", Errno.EACCES, HintOf(Errno.EACCES));
        }
    }
}
