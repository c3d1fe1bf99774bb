namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The weight of the stacks of a profile.</summary>
public enum ProfileWeight
{
    /// <summary>Time if the recording has returns, else calls.</summary>
    Auto,

    /// <summary>The self time of the innermost function, in nanoseconds.</summary>
    Time,

    /// <summary>The number of calls.</summary>
    Calls,
}
