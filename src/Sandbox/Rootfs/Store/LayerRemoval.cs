namespace Sandbox.Rootfs;

/// <summary>How the removal of a layer ended.</summary>
internal enum LayerRemoval
{
    Removed,
    InUse,

    /// <summary>Something in it could not be removed: it belongs to ids that the caller does not have now.</summary>
    Refused,
}
