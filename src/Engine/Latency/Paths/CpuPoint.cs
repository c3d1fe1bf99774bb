using KernelMagnifier.Latency.Activity;

namespace KernelMagnifier.Latency.Paths;

/// <summary>The time from which on something else occupies a CPU.</summary>
internal struct CpuPoint
{
    /// <summary>The time.</summary>
    public long Time;

    /// <summary>Until when it is certain that the occupant of the point before was on the CPU.</summary>
    public long KnownUntil;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>The occupant.</summary>
    public CpuOccupant Occupant;
}
