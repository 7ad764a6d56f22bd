namespace Sandbox.Cgroups;

/// <summary>Kinds of D-Bus messages.</summary>
internal enum BusMessageType : byte
{
    None = 0,
    MethodCall = 1,
    MethodReturn = 2,
    Error = 3,
    Signal = 4,
}
