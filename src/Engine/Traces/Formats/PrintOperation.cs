namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// An operation while its expression is parsed as libtraceevent parses it: it is changed when a later operator takes its place.
/// </summary>
internal sealed class PrintOperation
{
    /// <summary>The priority of <c>? :</c>, the last.</summary>
    public const int ConditionalPriority = 16;

    /// <summary>An operand; null for an operation.</summary>
    public PrintExpression? Leaf { get; private set; }

    /// <summary>The operator; <see cref="PrintExpressionKind.Conditional"/> for <c>?</c>.</summary>
    public PrintExpressionKind Kind { get; private set; }

    /// <summary>The left operand; null for an operator with one operand.</summary>
    public PrintOperation? Left { get; private set; }

    /// <summary>The right operand. That of <c>?</c> is an operation with both values.</summary>
    public PrintOperation? Right { get; set; }

    /// <summary>
    /// The priority that decides where a later operator goes; 0 for an operator with one operand and for <c>?</c>.
    /// </summary>
    public int Priority { get; private set; }

    /// <summary>The priority of the operator as written.</summary>
    public int WrittenPriority => Kind switch
    {
        PrintExpressionKind.Conditional => ConditionalPriority,
        PrintExpressionKind.Not or PrintExpressionKind.Complement => 4,
        PrintExpressionKind.Negate => PriorityOf(PrintExpressionKind.Subtract),
        _ => PriorityOf(Kind),
    };

    /// <summary>An operand.</summary>
    public static PrintOperation Of(PrintExpression leaf) => new() { Leaf = leaf };

    /// <summary>An operation with one operand.</summary>
    public static PrintOperation Of(PrintExpressionKind kind, PrintOperation operand) => new() { Kind = kind, Right = operand };

    /// <summary>The values of <c>? :</c>.</summary>
    public static PrintOperation Pair(PrintOperation yes, PrintOperation no) => new() { Left = yes, Right = no };

    /// <summary>The priority of an operator with two operands: the higher, the later it is applied.</summary>
    public static int PriorityOf(PrintExpressionKind kind) => kind switch
    {
        PrintExpressionKind.Multiply or PrintExpressionKind.Divide or PrintExpressionKind.Modulo => 6,
        PrintExpressionKind.Add or PrintExpressionKind.Subtract => 7,
        PrintExpressionKind.ShiftLeft or PrintExpressionKind.ShiftRight => 8,
        PrintExpressionKind.Less or PrintExpressionKind.LessOrEqual or PrintExpressionKind.Greater
            or PrintExpressionKind.GreaterOrEqual => 9,
        PrintExpressionKind.Equal or PrintExpressionKind.NotEqual => 10,
        PrintExpressionKind.And => 11,
        PrintExpressionKind.ExclusiveOr => 12,
        PrintExpressionKind.Or => 13,
        PrintExpressionKind.AndAlso => 14,
        PrintExpressionKind.OrElse => 15,
        _ => ConditionalPriority,
    };

    /// <summary>Makes this an operation whose left operand is what this was.</summary>
    public void Wrap(PrintExpressionKind kind)
    {
        var left = (PrintOperation)MemberwiseClone();
        (Leaf, Kind, Left, Right) = (null, kind, left, null);
        Priority = kind == PrintExpressionKind.Conditional ? 0 : PriorityOf(kind);
    }

    /// <summary>
    /// Gives this its right operand. An operator that is to be applied later changes places with this one, even if parentheses
    /// enclose it.
    /// </summary>
    /// <returns>The operand to which the next operator may go.</returns>
    public PrintOperation SetRight(PrintOperation right)
    {
        if (right.Leaf is not null || WrittenPriority >= right.WrittenPriority)
        {
            Right = right;
            return right;
        }
        var inner = (PrintOperation)MemberwiseClone();
        inner.Right = right.Left;
        (Kind, Priority, Left, Right) = (right.Kind, right.Priority, inner, right.Right);
        return inner;
    }
}
