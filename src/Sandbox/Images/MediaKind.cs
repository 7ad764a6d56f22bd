namespace Sandbox.Images;

/// <summary>What a blob is, as far as it matters here: OCI's and Docker's names for it are one.</summary>
internal enum MediaKind
{
    Unknown,
    Index,
    Manifest,
    Config,
    LayerPlain,
    LayerGzip,
    LayerZstd,
}
