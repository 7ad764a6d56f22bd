using Sandbox.Syscalls;

namespace Sandbox.Child;

/// <summary>Adds one rule to a ruleset of landlock(7).</summary>
internal static unsafe class LandlockRule
{
    /// <summary>What a rule on a file may speak of; the kernel refuses the others (EINVAL).</summary>
    private const LandlockAccess OfFiles = LandlockAccess.LANDLOCK_ACCESS_FS_EXECUTE | LandlockAccess.LANDLOCK_ACCESS_FS_WRITE_FILE |
        LandlockAccess.LANDLOCK_ACCESS_FS_READ_FILE | LandlockAccess.LANDLOCK_ACCESS_FS_TRUNCATE;

    /// <summary>Zero, or a negative errno.</summary>
    /// <param name="place">Descriptor of a directory, for all that is beneath it, or of a file.</param>
    public static nint Add(int ruleset, ulong allowed, int place)
    {
        const nint LANDLOCK_RULE_PATH_BENEATH = 1;
        nint directory = MountTarget.IsDirectory(place);
        if (directory < 0)
        {
            return directory;
        }

        LandlockPathBeneath rule;
        rule.Allowed = directory != 0 ? allowed : allowed & (ulong)OfFiles;
        rule.Parent = place;
        nint added = rule.Allowed == 0 ? 0 : Native.Call(SystemCall.landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, (nint)(&rule), 0);
        return added < 0 ? -*Native.ErrnoLocation() : 0;
    }
}
