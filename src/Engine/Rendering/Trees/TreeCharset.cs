namespace KernelMagnifier.Rendering.Trees;

/// <summary>The characters of a tree.</summary>
public enum TreeCharset
{
    /// <summary>Unicode in a UTF-8 locale, else ASCII.</summary>
    Auto,

    /// <summary>Box-drawing and block characters.</summary>
    Unicode,

    /// <summary>ASCII only.</summary>
    Ascii,
}
