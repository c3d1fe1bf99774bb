namespace KernelMagnifier.Recording;

/// <summary>How a setting is restored.</summary>
internal enum SettingKind
{
    /// <summary>A single value.</summary>
    Value,

    /// <summary>A list of functions, in the format of <c>set_ftrace_filter</c>.</summary>
    Functions,

    /// <summary>A list of words, one per line; empty for none.</summary>
    Words,

    /// <summary>One trigger that was added to an event. It is removed; the event's other triggers are left alone.</summary>
    Trigger,

    /// <summary>A synthetic event that was made. It is removed; others are left alone.</summary>
    SyntheticEvent,
}
