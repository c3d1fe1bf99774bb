namespace KernelMagnifier.Rendering.Trees;

/// <summary>The characters a tree is drawn with.</summary>
public enum TreeCharset
{
    /// <summary>Unicode where the locale says that the terminal has it.</summary>
    Auto,

    /// <summary>Box-drawing and block characters.</summary>
    Unicode,

    /// <summary>ASCII alone.</summary>
    Ascii,
}
