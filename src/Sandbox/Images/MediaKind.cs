namespace Sandbox.Images;

/// <summary>What a blob is, whether it is named by OCI's media types or by Docker's.</summary>
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
