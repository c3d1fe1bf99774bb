namespace KernelMagnifier.Rendering.Profiles;

/// <summary>What the stacks of a profile weigh.</summary>
public enum ProfileWeight
{
    /// <summary>Time where the recording has returns, else calls.</summary>
    Auto,

    /// <summary>Nanoseconds in the function itself.</summary>
    Time,

    /// <summary>Calls.</summary>
    Calls,
}
