using System.Text;
using Microsoft.Win32.SafeHandles;
using Sandbox.Images;
using Sandbox.Syscalls;

namespace Sandbox.Rootfs;

/// <summary>Which image is meant, and with what it is unpacked if it has to be.</summary>
internal sealed record ImageRequest
{
    private const int LengthOfKey = 16;

    /// <summary>The path as the user wrote it: a root directory, an image layout or an archive; "-" for an archive on standard input.</summary>
    public required string Image { get; init; }

    /// <summary>Which of several images in one archive; null where it need not be said.</summary>
    public string? Pick { get; init; }

    public Platform Platform { get; init; } = Platform.Machine;

    public required MapKey Map { get; init; }

    public required StartWorker StartWorker { get; init; }

    public UnpackLimits Limits { get; init; } = new();

    /// <summary>Whether nothing is shown on a terminal while it takes long.</summary>
    public bool Quiet { get; init; }

    public ProgressMode Progress { get; init; }

    /// <summary>
    /// Becomes readable when the run is to be given up: a signalfd of the signals that end the launcher. It is polled,
    /// and read when the run is given up.
    /// </summary>
    public SafeFileHandle? Cancel { get; init; }

    /// <summary>The clock that the times of files are compared with.</summary>
    public Func<DateTimeOffset> Clock { get; init; } = static () => DateTimeOffset.UtcNow;

    /// <summary>Refuses what has no images to pick one of: run as it is, it would hide that the name is wrong.</summary>
    public void RequireNoPick()
    {
        if (Pick is { } pick)
        {
            throw new SandboxException($"cannot find '{pick}' in {Image}", "it is a root file system, not several images", $"write {Image} alone");
        }
    }

    /// <summary>The same where it is run, and so nothing is to be said of it but what it is: it does not tell what it is built for.</summary>
    public void RequireNoChoice()
    {
        RequireNoPick();
        if (!Platform.Accepts(Platform.Machine))
        {
            throw new SandboxException(
                $"cannot look for {Platform} in {Image}", "it is a root file system, which does not say what it is built for", "leave --platform out to run it as it is");
        }
    }

    /// <summary>A part of a file's name that tells choices among the images of one archive apart; empty without any.</summary>
    public string ChoiceKey
    {
        get
        {
            bool isOnlyOne = Pick is null && Platform == Platform.Machine;
            return isOnlyOne ? "" : "." + Hasher.Of(Encoding.UTF8.GetBytes($"{Pick} {Platform}")).Hex[..LengthOfKey];
        }
    }
}
