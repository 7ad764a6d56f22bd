using System.Collections.Immutable;

namespace Sandbox.Boot;

/// <summary>What is to run on a machine: one sandbox, of its own name.</summary>
internal sealed record Unit
{
    public const int UsualReadyTimeout = 60;

    public required string Name { get; init; }

    /// <summary>As <c>sandbox run</c> takes it.</summary>
    public required string Image { get; init; }

    /// <summary>Empty for the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Options of <c>sandbox run</c>.</summary>
    public ImmutableArray<string> Options { get; init; } = [];

    public RestartPolicy Restart { get; init; }

    /// <summary>The units that have to be ready, or past that, before this one starts.</summary>
    public ImmutableArray<string> After { get; init; } = [];

    /// <summary>The port of 127.0.0.1 whose answer says that it is ready; null where no port says that.</summary>
    public int? ReadyPort { get; init; }

    /// <summary>Whether it says itself that it is ready (sd_notify(3)); without that and without a port being started is enough.</summary>
    public bool Notifies { get; init; }

    /// <summary>After so many seconds those that start after it do so whether it is ready or not.</summary>
    public int ReadyTimeout { get; init; } = UsualReadyTimeout;

    /// <summary>What becomes of the machine when it has ended for good: poweroff, reboot or halt; null for nothing. One that could not be made does nothing to it: that is the emergency unit's turn.</summary>
    public string? Then { get; init; }

    /// <summary>Whether it has the machine's console, instead of a log.</summary>
    public bool OnConsole { get; init; }

    /// <summary>Whether its image is unpacked into memory, where the disk may be what is wrong.</summary>
    public bool InMemory { get; init; }

    /// <summary>The words of the run.</summary>
    public string[] Words =>
    [
        "sandbox", "run", "--quiet", "--name", Name, .. If(!OnConsole, "--detach"), .. If(Notifies, "--notify"), .. Options, Image, "--", .. Command,
    ];

    private static string[] If(bool isWanted, string word) => isWanted ? [word] : [];
}
