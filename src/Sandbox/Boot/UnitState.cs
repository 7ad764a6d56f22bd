using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.State;
using Sandbox.Syscalls;

namespace Sandbox.Boot;

/// <summary>
/// What a machine's manager and commands tell each other of a unit, as files in a directory of the unit's own: they outlive
/// the manager, whose successor reads there what was and what is wished.
/// </summary>
internal sealed class UnitState : IDisposable
{
    /// <summary>Everybody may pass, for a sandbox's root is nobody outside and has to find the socket; only root may look around.</summary>
    private const uint ToPass = 0x1C9; // 0711

    private const string Place = "/run/sandbox-units", PhaseFile = "phase", WishFile = "wish", GrantedFile = "granted", SocketFile = "notify";

    /// <summary>Behind the phase of a unit whose sandbox could not be made.</summary>
    private const string Failed = " failed";

    private UnitState(string name, SafeFileHandle directory)
    {
        Name = name;
        Path = System.IO.Path.Combine(Place, name);
        Directory = directory;
    }

    public string Name { get; }

    public string Path { get; }

    public SafeFileHandle Directory { get; }

    /// <summary>Where the unit says that it is ready.</summary>
    public string Socket => System.IO.Path.Combine(Path, SocketFile);

    /// <summary>How far the unit is, and whether its sandbox could not be made; null before a manager has said anything.</summary>
    public (UnitPhase Phase, bool HasFailed)? Seen
    {
        get
        {
            string text = StateFile.TryRead(Directory, PhaseFile) ?? "";
            bool failed = text.EndsWith(Failed, StringComparison.Ordinal);
            return Enum.TryParse(failed ? text[..^Failed.Length] : text, out UnitPhase phase) ? (phase, failed) : null;
        }
    }

    public UnitWish Wish => Read(WishFile);

    /// <summary>The manager's way to it.</summary>
    public static UnitState Make(string name)
    {
        using SafeFileHandle root = Open("/");
        _ = Libc.mkdirat(root, Place, ToPass);
        _ = Libc.mkdirat(root, System.IO.Path.Combine(Place, name), ToPass);
        return TryOpen(name) ?? throw SandboxException.FromLastError($"cannot keep the state of unit {name} in {Place}");
    }

    /// <summary>A command's way to it; null where there is no such unit.</summary>
    /// <param name="name">That of a sandbox.</param>
    public static UnitState? TryOpen(string name)
    {
        SafeFileHandle directory = Open(System.IO.Path.Combine(Place, name));
        if (!directory.IsInvalid)
        {
            return new UnitState(name, directory);
        }

        directory.Dispose();
        return null;
    }

    public void Show(UnitPhase phase, bool hasFailed) => StateFile.Write(Directory, PhaseFile, phase + (hasFailed ? Failed : ""));

    /// <summary>Two commands may wish something at once: each writes a file of its own, and the last one counts.</summary>
    public void Ask(UnitWish wish) =>
        StateFile.Write(Directory, WishFile, Encoding.UTF8.GetBytes(wish.ToString()), string.Create(CultureInfo.InvariantCulture, $"{WishFile}.{Libc.GetRandom():x16}"));

    /// <summary>Forgets that it was to be started: it was. What somebody has wished meanwhile stays.</summary>
    public void Grant()
    {
        if (Libc.renameat(Directory, WishFile, Directory, GrantedFile) == 0)
        {
            _ = Read(GrantedFile) == UnitWish.Start || Libc.renameat2(Directory, GrantedFile, Directory, WishFile, RenameFlags.RENAME_NOREPLACE) == 0;
            _ = Libc.unlinkat(Directory, GrantedFile, AtFlags.None);
        }
    }

    public void Dispose() => Directory.Dispose();

    private UnitWish Read(string file) => Enum.TryParse(StateFile.TryRead(Directory, file), out UnitWish wish) ? wish : UnitWish.None;

    private static SafeFileHandle Open(string path) =>
        Libc.openat(Libc.AT_FDCWD, path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC, 0);
}
