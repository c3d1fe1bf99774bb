namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What happens to calls in a reading of kernel events.</summary>
internal enum CallsBetween : byte
{
    /// <summary>They are counted.</summary>
    None,

    /// <summary>Each record of a call is a call.</summary>
    Single,

    /// <summary>Entries and exits are paired.</summary>
    Paired,
}
