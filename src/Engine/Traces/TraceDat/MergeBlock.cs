namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The records decoded from one piece of one CPU.</summary>
internal abstract class MergeBlock
{
    /// <summary>The merge key of each record; ascending.</summary>
    public ulong[] Keys = new ulong[64];

    /// <summary>The number of records.</summary>
    public int Count;

    /// <summary>The latest time stamp of any event in the piece.</summary>
    public ulong Latest;

    /// <summary>Whether the block is decoded.</summary>
    internal bool IsReady;
}
