namespace KernelMagnifier.Traces.TextEvents;

/// <summary>How the text of a field is read.</summary>
internal enum FieldKind : byte
{
    /// <summary>Any text, also with spaces.</summary>
    Text,

    /// <summary>Text without spaces. It can be a number.</summary>
    Word,

    /// <summary>Letters, digits and underscores.</summary>
    Identifier,

    /// <summary>A decimal number, or a hexadecimal one after <c>0x</c>.</summary>
    Number,

    /// <summary>A hexadecimal number with or without <c>0x</c>, such as a pointer.</summary>
    Hex,

    /// <summary>Hexadecimal numbers with commas between them.</summary>
    HexList,

    /// <summary>Seconds with nine decimals; the number is in nanoseconds.</summary>
    Seconds,

    /// <summary>The major and minor number of a device, <c>8,0</c>; the number is the kernel's <c>dev_t</c>.</summary>
    Device,

    /// <summary>The context of a timerlat row: <c>irq</c>, <c>thread</c>, <c>user-ret</c>; the number is the kernel's.</summary>
    TimerContext,
}
