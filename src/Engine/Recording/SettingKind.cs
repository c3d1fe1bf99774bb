namespace KernelMagnifier.Recording;

/// <summary>How a setting is written back.</summary>
internal enum SettingKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>A list of functions, as <c>set_ftrace_filter</c> shows it.</summary>
    Functions,

    /// <summary>A list of words, one a line; an empty file means none.</summary>
    Words,
}
