namespace KernelMagnifier.Traces.Formats;

/// <summary>A node of a parsed expression of a <c>print fmt</c>. Immutable.</summary>
internal sealed class PrintExpression
{
    /// <summary>What it is.</summary>
    public required PrintExpressionKind Kind { get; init; }

    /// <summary>The only or left operand, the condition, or the first argument.</summary>
    public PrintExpression? Left { get; init; }

    /// <summary>The right operand, the value if the condition holds, or the second argument.</summary>
    public PrintExpression? Right { get; init; }

    /// <summary>The value if the condition does not hold, or the third argument.</summary>
    public PrintExpression? Third { get; init; }

    /// <summary>The field.</summary>
    public EventFieldFormat? Field { get; init; }

    /// <summary>The number, or the mask of a cast.</summary>
    public ulong Value { get; init; }

    /// <summary>The literal, the delimiter of flags, or the name of a function.</summary>
    public byte[] Text { get; init; } = [];

    /// <summary>The names of values or flags, in the order of the format.</summary>
    public PrintName[] Names { get; init; } = [];

    /// <summary>The arguments of a function that cannot be evaluated.</summary>
    public PrintExpression[] Arguments { get; init; } = [];

    /// <summary>The number of nodes from here to the deepest one.</summary>
    public int Depth => field != 0 ? field : field = 1 + Math.Max(
        Math.Max(Left?.Depth ?? 0, Arguments.Select(a => a.Depth).DefaultIfEmpty().Max()),
        Math.Max(Right?.Depth ?? 0, Third?.Depth ?? 0));

    /// <summary>Whether it is text rather than a number.</summary>
    public bool IsText => Kind is PrintExpressionKind.Text or PrintExpressionKind.FieldText or PrintExpressionKind.Bitmask
        or PrintExpressionKind.CpuMask or PrintExpressionKind.Symbolic or PrintExpressionKind.Flags or PrintExpressionKind.Hex
        or PrintExpressionKind.HexText or PrintExpressionKind.Array
        || (Kind == PrintExpressionKind.Conditional && (Right!.IsText || Third!.IsText));

    /// <summary>The expression inside casts.</summary>
    public PrintExpression WithoutCasts
    {
        get
        {
            var inner = this;
            while (inner.Kind == PrintExpressionKind.Cast) inner = inner.Left!;
            return inner;
        }
    }
}
