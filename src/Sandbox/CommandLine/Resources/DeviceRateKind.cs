namespace Sandbox.CommandLine;

/// <summary>What a rate of a device counts.</summary>
internal enum DeviceRateKind
{
    ReadBytes,
    WrittenBytes,
    Reads,
    Writes,
}
