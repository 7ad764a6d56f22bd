namespace Sandbox.Launch;

/// <summary>Processor time, in microseconds: of programs, and of the kernel's work for them.</summary>
internal readonly record struct CpuTimes(long User, long System)
{
    public TimeSpan Sum => TimeSpan.FromMicroseconds(User + System);

    public static CpuTimes operator +(CpuTimes one, CpuTimes other) => new(one.User + other.User, one.System + other.System);
}
