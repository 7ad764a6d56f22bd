namespace Sandbox.Images;

/// <summary>The media types of the image specification and of Docker's schema 2.</summary>
internal static class MediaType
{
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>What a media type stands for.</summary>
    public static MediaKind KindOf(string mediaType) => mediaType switch
    {
        OciIndex or "application/vnd.docker.distribution.manifest.list.v2+json" => MediaKind.Index,
        OciManifest or "application/vnd.docker.distribution.manifest.v2+json" => MediaKind.Manifest,
        OciConfig or "application/vnd.docker.container.image.v1+json" => MediaKind.Config,
        OciLayer or "application/vnd.oci.image.layer.nondistributable.v1.tar"
            or "application/vnd.docker.image.rootfs.diff.tar" or "application/vnd.docker.image.rootfs.foreign.diff.tar" => MediaKind.LayerPlain,
        OciLayer + "+gzip" or "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
            or "application/vnd.docker.image.rootfs.diff.tar.gzip"
            or "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip" => MediaKind.LayerGzip,
        OciLayer + "+zstd" or "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
            or "application/vnd.docker.image.rootfs.diff.tar.zstd" => MediaKind.LayerZstd,
        _ => MediaKind.Unknown,
    };
}
