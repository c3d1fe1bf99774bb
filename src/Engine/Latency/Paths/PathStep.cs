namespace KernelMagnifier.Latency.Paths;

/// <summary>A part of a critical path, with names by id.</summary>
internal struct PathStep
{
    /// <summary>The time of the start.</summary>
    public long From;

    /// <summary>The time of the end.</summary>
    public long To;

    /// <summary>The number of wake-ups between the task of the path and this one.</summary>
    public int Depth;

    /// <summary>The pid of the task; −1 if it is none.</summary>
    public int ProcessId;

    /// <summary>The CPU; −1 if not known.</summary>
    public int Cpu;

    /// <summary>The id of the thing that <see cref="Reason"/> says.</summary>
    public int Id;

    /// <summary>What it is.</summary>
    public PathState State;

    /// <summary>What <see cref="Id"/> refers to.</summary>
    public PathReason Reason;

    /// <summary>Whether another part is the same but for its time.</summary>
    public readonly bool IsSame(in PathStep other)
        => State == other.State && Depth == other.Depth && ProcessId == other.ProcessId && Cpu == other.Cpu && Id == other.Id
            && Reason == other.Reason;
}
