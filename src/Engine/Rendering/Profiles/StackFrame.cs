namespace KernelMagnifier.Rendering.Profiles;

/// <summary>An open call of a <see cref="TaskStack"/>.</summary>
internal struct StackFrame
{
    /// <summary>The function, as an id of the recording's names.</summary>
    public int Function;

    /// <summary>Its depth as recorded, or <see cref="Model.CallRecord.NoDepth"/>.</summary>
    public int Depth;

    /// <summary>When it returned, or -1 when that is not known.</summary>
    public long End;

    /// <summary>What whoever follows the stacks keeps with it.</summary>
    public int Node;
}
