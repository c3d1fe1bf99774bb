namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>A generated interval.</summary>
internal struct FleetInterval
{
    /// <summary>The place of its class in the profile.</summary>
    public int Class;

    /// <summary>The task; 0 if it is of none.</summary>
    public int ProcessId;

    /// <summary>The CPU of its end, and that before.</summary>
    public int Cpu, PreviousCpu;

    /// <summary>The start on the trace clock, and the length.</summary>
    public long Start, Length;
}
