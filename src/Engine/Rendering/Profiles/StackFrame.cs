namespace KernelMagnifier.Rendering.Profiles;

/// <summary>An open call of a <see cref="TaskStack"/>.</summary>
internal struct StackFrame
{
    /// <summary>The id of the function.</summary>
    public int Function;

    /// <summary>The recorded depth, or <see cref="Model.CallRecord.NoDepth"/>.</summary>
    public int Depth;

    /// <summary>The time of the return, or -1 if it is unknown.</summary>
    public long End;

    /// <summary>A value for the class that derives from <see cref="CallStacks"/>.</summary>
    public int Node;
}
