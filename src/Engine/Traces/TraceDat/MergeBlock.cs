namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What one piece of one CPU decodes to.</summary>
internal abstract class MergeBlock
{
    /// <summary>By what each record is merged; ascending.</summary>
    public ulong[] Keys = new ulong[64];

    /// <summary>Records.</summary>
    public int Count;

    /// <summary>The latest time of any event in the piece.</summary>
    public ulong Latest;

    /// <summary>Set when the block can be taken.</summary>
    internal bool IsReady;
}
