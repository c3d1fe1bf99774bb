namespace KernelMagnifier.Traces.Formats;

internal ref partial struct PrintExpressionParser
{
    /// <summary>Parses an expression with the order of operators that the texts of <c>trace-cmd report</c> show.</summary>
    /// <remarks>
    /// libtraceevent reads <c>a &amp; (b | c)</c> as <c>(a &amp; b) | c</c>, and operators of one priority from the right:
    /// <c>process_arg</c> and <c>process_op</c> in its <c>event-parse.c</c>.
    /// </remarks>
    private PrintExpression? AsTraceCmd()
    {
        if (Operation() is not { } operation) return null;
        SkipSpace();
        return (!IsAtOperator() || TryExtend(operation)) && Count() ? Build(operation) : null;
    }

    private bool IsAtOperator()
    {
        SkipSpace();
        return Current == '?' || NextOperator().Length > 0;
    }

    /// <summary>Parses an operand.</summary>
    private PrintOperation? Operation()
    {
        if (++_depth > MostDepth) return null;
        var result = OperationInDepth();
        _depth--;
        return result;
    }

    private PrintOperation? OperationInDepth()
    {
        SkipSpace();
        var kind = Current switch
        {
            (byte)'!' => PrintExpressionKind.Not,
            (byte)'~' => PrintExpressionKind.Complement,
            (byte)'-' => PrintExpressionKind.Negate,
            _ => PrintExpressionKind.Number,
        };
        if (kind != PrintExpressionKind.Number)
        {
            _at++;
            if (Operation() is not { } operand) return null;
            var single = PrintOperation.Of(kind, operand);
            return !IsAtOperator() || TryExtend(single) ? single : null;
        }
        if (Current == '(')
        {
            if (TryCast() is { IsEmpty: false } type)
                return Operation() is { } item && Build(item) is { } value && Cast(type, value) is { } cast ? Leaf(cast) : null;
            return Parenthesis();
        }
        return Unary() is { } leaf ? PrintOperation.Of(leaf) : null;
    }

    private PrintOperation? Parenthesis()
    {
        _at++;
        if (Operation() is not { } inner || (IsAtOperator() && !TryExtend(inner)) || !TryTake((byte)')')) return null;
        return inner.Leaf is { } leaf ? Leaf(leaf) : inner;
    }

    private PrintOperation? Leaf(PrintExpression leaf) => Postfix(leaf) is { } whole ? PrintOperation.Of(whole) : null;

    /// <summary>Parses the operator that stands here and all that follow it, and puts them where libtraceevent does.</summary>
    private bool TryExtend(PrintOperation operation)
    {
        if (++_depth > MostDepth) return false;
        var isDone = TryExtendInDepth(operation);
        _depth--;
        return isDone;
    }

    private bool TryExtendInDepth(PrintOperation operation)
    {
        PrintOperation? right = null;
        if (TryTake((byte)'?'))
        {
            operation.Wrap(PrintExpressionKind.Conditional);
            if (Values() is not { } values) return false;
            operation.Right = values;
        }
        else
        {
            var (kind, length, _) = NextOperator();
            _at += length;
            operation.Wrap(kind);
            if (Operation() is not { } operand) return false;
            right = operation.SetRight(operand);
        }
        if (!IsAtOperator()) return true;
        var next = Current == '?' ? PrintOperation.ConditionalPriority : PrintOperation.PriorityOf(NextOperator().Kind);
        return TryExtend(right is null || next > operation.Priority ? operation : right);
    }

    private PrintOperation? Values()
    {
        if (Operation() is not { } yes || (IsAtOperator() && !TryExtend(yes)) || !TryTake((byte)':')) return null;
        return Operation() is { } no ? PrintOperation.Pair(yes, no) : null;
    }

    private PrintExpression? Build(PrintOperation operation)
    {
        if (operation.Leaf is { } leaf) return leaf;
        var right = operation.Right!;
        if (operation.Kind == PrintExpressionKind.Conditional)
            return Build(operation.Left!) is { } condition && Build(right.Left!) is { } yes && Build(right.Right!) is { } no
                ? Node(PrintExpressionKind.Conditional, condition, yes, no) : null;
        if (Build(right) is not { } operand) return null;
        if (operation.Kind is PrintExpressionKind.Not or PrintExpressionKind.Complement or PrintExpressionKind.Negate)
            return Node(operation.Kind, operand);
        // An operator with one operand that changed places leaves none.
        var left = operation.Left is { } some ? Build(some) : Number(0);
        return left is null ? null : Node(operation.Kind, left, operand);
    }
}
