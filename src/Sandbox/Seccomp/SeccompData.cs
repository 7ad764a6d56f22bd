namespace Sandbox.Seccomp;

/// <summary>Where the fields of struct seccomp_data lie, which a filter looks at.</summary>
internal static class SeccompData
{
    public const uint Number = 0;
    public const uint Architecture = 4;

    public static uint LowHalfOf(int argument) => 16 + (8 * (uint)argument);

    public static uint HighHalfOf(int argument) => LowHalfOf(argument) + 4;
}
