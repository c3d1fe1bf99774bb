namespace KernelMagnifier.Traces.Formats;

/// <summary>A part of a printf format: literal text, and the conversion that follows it.</summary>
internal sealed record PrintConversion
{
    /// <summary>The text before the conversion.</summary>
    public byte[] Literal { get; init; } = [];

    /// <summary>The letter of the conversion (<c>i</c> is <c>d</c>); 0 if none follows.</summary>
    public byte Type { get; init; }

    /// <summary>What follows <c>%p</c>, such as <c>I6c</c>.</summary>
    public byte[] Extension { get; init; } = [];

    /// <summary>The number of <c>l</c> minus that of <c>h</c>.</summary>
    public int Size { get; init; }

    /// <summary>The smallest width; 0 if there is none.</summary>
    public int Width { get; init; }

    /// <summary>The precision; -1 if there is none.</summary>
    public int Precision { get; init; } = -1;

    /// <summary>Whether an argument tells the width.</summary>
    public bool HasWidthArgument { get; init; }

    /// <summary>Whether an argument tells the precision.</summary>
    public bool HasPrecisionArgument { get; init; }

    /// <summary>The flag <c>-</c>.</summary>
    public bool IsLeft { get; init; }

    /// <summary>The flag <c>+</c>.</summary>
    public bool HasSign { get; init; }

    /// <summary>The flag <c>#</c>.</summary>
    public bool IsAlternate { get; init; }

    /// <summary>The flag <c>0</c>.</summary>
    public bool IsZeroPadded { get; init; }

    /// <summary>The argument; null if the format has too few.</summary>
    public PrintExpression? Argument { get; init; }

    /// <summary>The argument that tells the width.</summary>
    public PrintExpression? WidthArgument { get; init; }

    /// <summary>The argument that tells the precision.</summary>
    public PrintExpression? PrecisionArgument { get; init; }

    /// <summary>The second character of the extension; 0 if there is none.</summary>
    public byte ExtensionAt(int index) => index < Extension.Length ? Extension[index] : (byte)0;
}
