namespace KernelMagnifier.Traces.TextEvents;

/// <summary>What a part of a pattern matches.</summary>
internal enum PatternPartKind : byte
{
    /// <summary>The bytes of <see cref="PatternPart.Literal"/>.</summary>
    Literal,

    /// <summary>One space or more.</summary>
    Spaces,

    /// <summary>Any number of spaces, also none.</summary>
    AnySpaces,

    /// <summary>A field.</summary>
    Field,

    /// <summary>The next <see cref="PatternPart.Count"/> parts, or nothing.</summary>
    Optional,
}
