using System.Reflection;
using System.Text.RegularExpressions;

namespace Sandbox.Tests.Syscalls;

/// <summary>One constant of the product that a C header has too: where it is, its value's bits, and the C expression for it.</summary>
internal sealed record KernelConstant(string Place, ulong Value, int Size, string Expression)
{
    /// <summary>The value as it is stored, without the sign that C may extend.</summary>
    public ulong Bits(ulong value) => Size == sizeof(ulong) ? value : value & ((1UL << (Size * 8)) - 1);
}

/// <summary>Finds the product's constants that are the kernel's, by their names or by the table of those renamed.</summary>
internal static partial class KernelConstants
{
    /// <summary>Constants with a word of ours for a name, and what C calls them.</summary>
    private static readonly Dictionary<string, string> Renamed = new()
    {
        ["CapabilityHeader.Version3"] = "_LINUX_CAPABILITY_VERSION_3",
        ["Libc.DirectoryEntryLength"] = "offsetof(struct dirent64, d_reclen)",
        ["Libc.DirectoryEntryKind"] = "offsetof(struct dirent64, d_type)",
        ["Libc.DirectoryEntryName"] = "offsetof(struct dirent64, d_name)",
        ["Libc.FileActionsSize"] = "sizeof(posix_spawn_file_actions_t)",
        ["Libc.AttributesSize"] = "sizeof(posix_spawnattr_t)",
        ["ModeBits.Special"] = "S_ISUID | S_ISGID | S_ISVTX",
        ["ModeBits.All"] = "ALLPERMS",
        ["ZstdParameter.ZSTD_d_windowLogMax"] = "ZSTD_d_windowLogMax",
        ["InterfaceRequest.Up"] = "IFF_UP",
        ["FileSystemStatus.ReadOnly"] = "ST_RDONLY",
        ["StatFs.ReadOnly"] = "ST_RDONLY",
        ["Libc.SignalSetWords"] = "sizeof(sigset_t) / sizeof(unsigned long)",
        ["ForwardedSignals.FirstRealTime"] = "__SIGRTMIN",
        ["DescriptorMessage.SocketLevel"] = "SOL_SOCKET",
        ["DescriptorMessage.Rights"] = "SCM_RIGHTS",
        ["UnixAddress.PathSize"] = "sizeof(((struct sockaddr_un *)0)->sun_path)",
        ["DescriptorMessage.LengthOfOne"] = "CMSG_LEN(sizeof(int))",
        ["ProcessorSet.Count"] = "CPU_SETSIZE",
        ["ProcessorSet.Size"] = "sizeof(cpu_set_t)",
        ["ProcessorSet.BitsOfWord"] = "__NCPUBITS",
        ["ProcessorSet.WordCount"] = "CPU_SETSIZE / __NCPUBITS",
    };

    /// <summary>Words of ours that stand for nothing in C.</summary>
    private static readonly string[] Own = ["SandboxException.ExitCodeOfSandbox", "ForwardedSignals.Mask", "ForwardedSignals.EndMask", "ForwardedSignals.Faults", "ForwardedSignals.Inside", "ForwardedSignals.Runtimes", "SchedulingAttributes.SizeOfFirst", "Libzlib.GzipWindowBits", "Libzlib.Library", "ByteText.First", "OpenHow.MostTries"];

    /// <summary>All of them, of enumerations as of other types, wherever in the product they are.</summary>
    public static IReadOnlyList<KernelConstant> All { get; } =
    [
        .. from type in typeof(Sandbox.Syscalls.SandboxException).Assembly.GetTypes()
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.GetRawConstantValue() is not (string or null or double or float or bool or char)
           let expression = ExpressionFor(type, field)
           where expression is not null
           select From(type, field, expression),
    ];

    /// <summary>Constants of the system call surface that are neither kernel names nor in a table: nobody checks these.</summary>
    public static IReadOnlyList<string> Unchecked { get; } =
    [
        .. from type in typeof(Sandbox.Syscalls.SandboxException).Assembly.GetTypes()
           where type.Namespace == "Sandbox.Syscalls"
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.IsLiteral && field.Name != "None" && ExpressionFor(type, field) is null && !Own.Contains(Place(type, field))
           select Place(type, field),
    ];

    private static string? ExpressionFor(Type type, FieldInfo field) =>
        type == typeof(Sandbox.Syscalls.SystemCall) ? "__NR_" + field.Name
        : KernelName().IsMatch(field.Name) || (type.Namespace == "Sandbox.Syscalls" && ShortName().IsMatch(field.Name)) ? field.Name
        : Renamed.GetValueOrDefault(Place(type, field));

    private static KernelConstant From(Type type, FieldInfo field, string expression)
    {
        object raw = field.GetRawConstantValue()!;
        int size = raw switch { sbyte or byte => 1, short or ushort => 2, int or uint => 4, _ => 8 };
        ulong value = raw is ulong large ? large : unchecked((ulong)Convert.ToInt64(raw, null));
        KernelConstant constant = new(Place(type, field), value, size, expression);
        return constant with { Value = constant.Bits(value) };
    }

    private static string Place(Type type, FieldInfo field) => type.Name + "." + field.Name;

    /// <summary>How the kernel writes names: O_RDONLY, MOUNT_ATTR__ATIME, __WALL; and signals, wherever they are.</summary>
    [GeneratedRegex("^_*[A-Z0-9]+(_+[A-Z0-9]+)+$|^__[A-Z]+$|^SIG[A-Z0-9]+$")]
    private static partial Regex KernelName();

    /// <summary>Names without an underscore, which only enumerations of the system call surface have from the kernel: E2BIG, WNOHANG.</summary>
    [GeneratedRegex("^[A-Z][A-Z0-9]{2,}$")]
    private static partial Regex ShortName();
}
