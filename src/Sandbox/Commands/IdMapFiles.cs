using Microsoft.Win32.SafeHandles;
using Sandbox.CommandLine;
using Sandbox.Spec;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Reads the files on which the choice of id maps depends.</summary>
internal static class IdMapFiles
{
    private const string Subuid = "/etc/subuid", Subgid = "/etc/subgid", Passwd = "/etc/passwd", OwnUids = "/proc/self/uid_map", OwnGids = "/proc/self/gid_map";

    /// <summary>
    /// Chooses the maps of a sandbox. A block of free ids is locked in <paramref name="stateDirectory"/>, which is
    /// made if it is missing, until the answer is disposed of.
    /// </summary>
    /// <param name="isRoot">Whether the caller is the machine's root.</param>
    public static ChosenIdMaps Choose(UserNamespaceMode mode, bool isRoot, string stateDirectory)
    {
        SafeFileHandle? blockLock = null;
        IdMapFacts facts = new() { IsRoot = isRoot, Uid = Libc.geteuid(), Gid = Libc.getegid() };
        if (mode == UserNamespaceMode.Auto)
        {
            facts = facts with
            {
                UserName = HostFile.ReadIfThere(Passwd) is { } passwd ? IdRanges.NameOf(passwd, facts.Uid) : null,
                Subuid = HostFile.ReadIfThere(Subuid) ?? "",
                Subgid = HostFile.ReadIfThere(Subgid) ?? "",
                HasHelpers = IdMapPrograms.CanBeRoot && IdMapPrograms.Newuidmap is not null && IdMapPrograms.Newgidmap is not null,
            };
            if (!isRoot && !OwnUserNamespace.IsFirst)
            {
                facts = facts with { OwnUids = IdRanges.OfMap(HostFile.ReadIfThere(OwnUids) ?? ""), OwnGids = IdRanges.OfMap(HostFile.ReadIfThere(OwnGids) ?? ""), MapsIds = Machine.MapsIds };
            }

            IdMapFacts read = facts;
            facts = facts with { TakeFreeBlock = () => IdBlocks.Take(stateDirectory, read.Subuid, read.Subgid, out blockLock) };
        }

        (IdMaps? maps, Refusal? refusal) = IdMapChoice.Choose(mode, facts);
        return maps is not null ? new ChosenIdMaps(maps, blockLock) : throw refusal!.ToException();
    }
}
