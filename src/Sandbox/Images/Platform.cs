using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Sandbox.Images;

/// <summary>What an image is built for, in the image specification's words (which are Go's): linux/arm64/v8.</summary>
internal sealed record Platform(string Os, string Architecture, string Variant = "")
{
    /// <summary>The machine's own.</summary>
    public static Platform Machine { get; } = new("linux", RuntimeInformation.OSArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.X86 => "386",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        System.Runtime.InteropServices.Architecture.Arm => "arm",
        System.Runtime.InteropServices.Architecture other => other.ToString().ToLowerInvariant(),
    });

    /// <summary>Whether only the very variant will do, or none for none: another may ask more of the processor than there is.</summary>
    public bool IsExact { get; init; }

    /// <summary>Takes OS/ARCH or OS/ARCH/VARIANT.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Platform? platform)
    {
        string[] parts = text.Split('/');
        bool valid = parts.Length is 2 or 3 && Array.TrueForAll(parts, static part => part.Length > 0);
        platform = valid ? new Platform(parts[0], parts[1], parts.Length == 3 ? parts[2] : "") : null;
        return valid;
    }

    /// <summary>Whether an image for <paramref name="offered"/> is one for this platform; unless it is exact, a variant counts only where both name one.</summary>
    public bool Accepts(Platform offered) =>
        Os == offered.Os && Architecture == offered.Architecture
        && (Normal(Variant) == Normal(offered.Variant) || (!IsExact && (Normal(Variant).Length == 0 || Normal(offered.Variant).Length == 0)));

    public override string ToString() => Variant.Length == 0 ? $"{Os}/{Architecture}" : $"{Os}/{Architecture}/{Variant}";

    /// <summary>arm64 has one variant in practice, which some builders name and others do not.</summary>
    private string Normal(string variant) => Architecture == "arm64" && variant == "v8" ? "" : variant;
}
