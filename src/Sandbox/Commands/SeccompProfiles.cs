using Sandbox.Plan;
using Sandbox.Seccomp;
using Sandbox.Syscalls;

namespace Sandbox.Commands;

/// <summary>Profiles as options name them.</summary>
internal static class SeccompProfiles
{
    /// <summary>The word for the profile that holds unless another is asked for.</summary>
    public const string Default = "default";

    private const string Unconfined = "unconfined";

    /// <summary>The profile that <c>default</c> or a file stands for; null for <c>unconfined</c>.</summary>
    public static SeccompProfile? Find(string word)
    {
        if (word is Default or Unconfined)
        {
            return word == Default ? DefaultProfile.Create() : null;
        }

        try
        {
            return ProfileReader.Read(File.ReadAllBytes(word), word, Abi.X64);
        }
        catch (Exception failure) when (FileFailure.Is(failure))
        {
            // The library opens no directory, and takes that for a missing right.
            string why = Directory.Exists(word) ? SandboxException.Describe(Errno.EISDIR) : FileFailure.Why(failure);
            throw new SandboxException($"cannot read the seccomp profile {word}", why, "allowed are default, unconfined and a file");
        }
    }

    /// <summary>The same as the filter of a command.</summary>
    public static SeccompChoice Choose(string word)
    {
        if (word == Default)
        {
            return SeccompChoice.Default.Instance;
        }

        return Find(word) is { } profile ? new SeccompChoice.Profile(profile) : new SeccompChoice.Unconfined();
    }
}
