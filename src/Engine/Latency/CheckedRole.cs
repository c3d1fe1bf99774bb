namespace KernelMagnifier.Latency;

/// <summary>What a kind of event is for the checks of a recording.</summary>
internal enum CheckedRole
{
    /// <summary>Only its time is checked.</summary>
    None,

    /// <summary>A switch.</summary>
    Switch,

    /// <summary>The entry of an interrupt's handler.</summary>
    Entry,

    /// <summary>The exit of an interrupt's handler.</summary>
    Exit,
}
