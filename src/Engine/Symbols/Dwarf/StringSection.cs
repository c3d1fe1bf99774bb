namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The sections that hold strings.</summary>
internal enum StringSection : byte
{
    /// <summary>There is no string.</summary>
    None,

    /// <summary>
    /// The string is in an entry of .debug_info (DW_FORM_string). It is copied by <see cref="DebugStrings"/>, because .debug_info
    /// is not loaded.
    /// </summary>
    Inline,

    /// <summary>.debug_str.</summary>
    Strings,

    /// <summary>.debug_line_str.</summary>
    LineStrings,

    /// <summary>.debug_line.</summary>
    Line,

    /// <summary>.debug_str of the supplementary file.</summary>
    SupplementaryStrings,
}
