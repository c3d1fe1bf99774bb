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

    /// <summary>Whether the block cannot be merged before <see cref="Follow"/> was called.</summary>
    public virtual bool NeedsNext => false;

    /// <summary>Shows the block the next one of its CPU before it is merged. Not called for the last block.</summary>
    public virtual void Follow(MergeBlock next) { }

    /// <summary>Whether the block is decoded.</summary>
    internal bool IsReady;
}
