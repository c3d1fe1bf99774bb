using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// Parses the C expressions of a <c>print fmt</c>. It knows the kernel's helper functions for formats; it evaluates nothing but
/// constants. The number of nodes and their depth are bounded, so parsing and evaluating take time in proportion to the text.
/// </summary>
internal ref struct PrintExpressionParser(
    ReadOnlySpan<byte> text, IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment, bool isAsTraceCmd)
{
    private const int MostNodes = 50_000, MostDepth = 256;

    // Each is searched among all symbols of the kernel.
    private const int MostSymbols = 8;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly IReadOnlyList<EventFieldFormat> _fields = fields;
    private readonly int _longSize = environment.LongSize;
    private readonly IEventEnvironment _environment = environment;
    private readonly bool _isAsTraceCmd = isAsTraceCmd;
    private int _at, _nodes, _depth, _symbols;
    private bool _isInNames;

    /// <summary>Whether all has been parsed.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _at >= _text.Length;
        }
    }

    private readonly byte Current => Peek(0);

    /// <summary>Parses an expression; null if it cannot be parsed.</summary>
    public PrintExpression? Parse()
    {
        if (++_depth > MostDepth) return null;
        var result = _isAsTraceCmd ? AsTraceCmd() : Conditional();
        _depth--;
        return result;
    }

    /// <summary>Parses string literals that follow each other, without resolving their escapes.</summary>
    public bool TryLiteral(out byte[] literal)
    {
        var parts = new List<byte>();
        literal = [];
        var any = false;
        for (SkipSpace(); Current == '"'; SkipSpace())
        {
            var from = ++_at;
            while (_at < _text.Length && _text[_at] != '"') _at += _text[_at] == '\\' ? 2 : 1;
            if (_at >= _text.Length) return false;
            parts.AddRange(_text[from.._at++]);
            any = true;
        }
        literal = [.. parts];
        return any;
    }

    /// <summary>Skips a character, if it is the next one.</summary>
    public bool TryTake(byte c)
    {
        SkipSpace();
        if (Current != c) return false;
        _at++;
        return true;
    }

    private PrintExpression? Conditional()
    {
        var condition = Operations(0);
        if (condition is null || !TryTake((byte)'?')) return condition;
        if (Parse() is not { } yes || !TryTake((byte)':') || Parse() is not { } no) return null;
        return Node(PrintExpressionKind.Conditional, condition, yes, no);
    }

    /// <summary>Parses operations whose operators bind at least as strongly as given.</summary>
    private PrintExpression? Operations(int weakest)
    {
        var left = Unary();
        while (left is not null && NextOperator() is var (kind, length, strength) && length > 0 && strength >= weakest)
        {
            _at += length;
            if (++_depth > MostDepth) return null;
            var right = Operations(strength + 1);
            _depth--;
            left = right is null ? null : Node(kind, left, right);
        }
        return left;
    }

    private (PrintExpressionKind Kind, int Length, int Strength) NextOperator()
    {
        SkipSpace();
        var second = Peek(1);
        return Current switch
        {
            (byte)'|' when second == '|' => (PrintExpressionKind.OrElse, 2, 0),
            (byte)'&' when second == '&' => (PrintExpressionKind.AndAlso, 2, 1),
            (byte)'|' => (PrintExpressionKind.Or, 1, 2),
            (byte)'^' => (PrintExpressionKind.ExclusiveOr, 1, 3),
            (byte)'&' => (PrintExpressionKind.And, 1, 4),
            (byte)'=' when second == '=' => (PrintExpressionKind.Equal, 2, 5),
            (byte)'!' when second == '=' => (PrintExpressionKind.NotEqual, 2, 5),
            (byte)'<' when second == '<' => (PrintExpressionKind.ShiftLeft, 2, 7),
            (byte)'>' when second == '>' => (PrintExpressionKind.ShiftRight, 2, 7),
            (byte)'<' when second == '=' => (PrintExpressionKind.LessOrEqual, 2, 6),
            (byte)'>' when second == '=' => (PrintExpressionKind.GreaterOrEqual, 2, 6),
            (byte)'<' => (PrintExpressionKind.Less, 1, 6),
            (byte)'>' => (PrintExpressionKind.Greater, 1, 6),
            (byte)'+' => (PrintExpressionKind.Add, 1, 8),
            (byte)'-' => (PrintExpressionKind.Subtract, 1, 8),
            (byte)'*' => (PrintExpressionKind.Multiply, 1, 9),
            (byte)'/' => (PrintExpressionKind.Divide, 1, 9),
            (byte)'%' => (PrintExpressionKind.Modulo, 1, 9),
            _ => default,
        };
    }

    private PrintExpression? Unary()
    {
        if (++_depth > MostDepth) return null;
        var result = UnaryInDepth();
        _depth--;
        return result;
    }

    private PrintExpression? UnaryInDepth()
    {
        SkipSpace();
        switch (Current)
        {
            case (byte)'!': return Operand(PrintExpressionKind.Not);
            case (byte)'~': return Operand(PrintExpressionKind.Complement);
            case (byte)'-': return Operand(PrintExpressionKind.Negate);
            case (byte)'+' or (byte)'&':
                _at++;
                return Unary();
            case (byte)'*':
                _at++;
                return Unary() is { } target ? Dereference(target, Number(0)) : null;
            case (byte)'(' when TryCast() is { IsEmpty: false } type:
                return Unary() is { } value ? Cast(type, value) : null;
        }
        return Postfix(Primary());
    }

    private PrintExpression? Operand(PrintExpressionKind kind)
    {
        _at++;
        return Unary() is { } operand ? Node(kind, operand) : null;
    }

    private PrintExpression? Cast(ReadOnlySpan<byte> type, PrintExpression value)
    {
        if (value == Record) return Record;
        var size = type.Contains((byte)'*') ? CTypes.SizeOf(type[..type.LastIndexOf((byte)'*')], _longSize) : 0;
        return Bounded(new PrintExpression
        {
            Kind = PrintExpressionKind.Cast, Left = value, Value = CTypes.MaskOf(type), Text = [(byte)size],
        });
    }

    /// <summary>The type of a cast that stands here; empty if there is none. <c>(x)</c> is one only before an operand.</summary>
    private ReadOnlySpan<byte> TryCast()
    {
        var close = _text[_at..].IndexOf((byte)')');
        if (close < 2) return default;
        var type = _text.Slice(_at + 1, close - 1).Trim((byte)' ');
        if (type.IsEmpty || !IsNameStart(type[0])) return default;
        foreach (var c in type)
            if (!IsNamePart(c) && c is not ((byte)' ' or (byte)'*'))
                return default;
        var isType = type.IndexOfAny((byte)' ', (byte)'*') >= 0 || CTypes.SizeOf(type, _longSize) > 0;
        var next = _at + close + 1;
        while (next < _text.Length && _text[next] is (byte)' ' or (byte)'\n' or (byte)'\t') next++;
        var c1 = next < _text.Length ? _text[next] : (byte)0;
        var isBeforeOperand = IsNamePart(c1) || c1 is (byte)'(' or (byte)'"' or (byte)'\'' or (byte)'~'
            || (c1 == '!' && (next + 1 >= _text.Length || _text[next + 1] != '='))
            || (isType && c1 is (byte)'-' or (byte)'&' or (byte)'*' or (byte)'+');
        if (!isBeforeOperand || type.SequenceEqual("REC"u8)) return default;
        _at += close + 1;
        return type;
    }

    private PrintExpression? Postfix(PrintExpression? value)
    {
        while (value is not null)
        {
            SkipSpace();
            if (Current == '[')
            {
                _at++;
                if (Parse() is not { } index || !TryTake((byte)']')) return null;
                value = Dereference(value, index);
            }
            else if (Current == '-' && Peek(1) == '>')
            {
                _at += 2;
                if (value != Record || Find(Name()) is not { } field) return null;
                value = new PrintExpression { Kind = PrintExpressionKind.Field, Field = field };
                if (!Count()) return null;
            }
            else
            {
                return value;
            }
        }
        return null;
    }

    private PrintExpression? Dereference(PrintExpression value, PrintExpression? index)
    {
        if (index is null) return null;
        var size = 0;
        for (; value.Kind == PrintExpressionKind.Cast; value = value.Left!)
            if (size == 0)
                size = value.Text[0];
        if (value.Kind is not (PrintExpressionKind.Field or PrintExpressionKind.FieldData or PrintExpressionKind.FieldText)
            || value.Field is not { } field)
            return null;
        return Bounded(new PrintExpression
        {
            Kind = PrintExpressionKind.Element, Left = index, Field = field, Value = size is 1 or 2 or 4 or 8 ? (ulong)size : 0,
        });
    }

    private PrintExpression? Primary()
    {
        SkipSpace();
        var c = Current;
        if (c == '(')
        {
            _at++;
            return Parse() is { } inner && TryTake((byte)')') ? inner : null;
        }
        if (c == '"') return TryLiteral(out var literal) ? TextNode(Unescape(literal)) : null;
        if (c == '\'') return Character();
        if (c is >= (byte)'0' and <= (byte)'9') return Constant();
        if (!IsNameStart(c)) return null;
        var name = Name();
        if (name.SequenceEqual("REC"u8)) return Record;
        SkipSpace();
        return Current == '(' ? Function(name) : Identifier(name);
    }

    private PrintExpression? Character()
    {
        _at++;
        var value = Current;
        if (value == '\\')
        {
            _at++;
            value = PrintConversionParser.Unescape(Current);
        }
        _at++;
        return TryTake((byte)'\'') ? Number(value) : null;
    }

    private PrintExpression? Constant()
    {
        var from = _at;
        while (IsNamePart(Current)) _at++;
        var digits = _text[from.._at].TrimEnd("uUlL"u8);
        if (digits.Length > 24) return null;
        var number = Encoding.ASCII.GetString(digits);
        ulong value;
        if (number.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            return ulong.TryParse(number.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
                ? Number(value) : null;
        if (number.Length == 1 || number[0] != '0')
            return ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out value) ? Number(value) : null;
        value = 0;
        foreach (var digit in number)
        {
            if (digit is < '0' or > '7') return null;
            value = (value << 3) | (uint)(digit - '0');
        }
        return Number(value);
    }

    private static byte[] Unescape(byte[] literal)
    {
        if (literal.AsSpan().IndexOf((byte)'\\') < 0) return literal;
        var plain = new List<byte>(literal.Length);
        for (var i = 0; i < literal.Length; i++)
            plain.Add(literal[i] == '\\' && i + 1 < literal.Length ? PrintConversionParser.Unescape(literal[++i]) : literal[i]);
        return [.. plain];
    }

    private ReadOnlySpan<byte> Name()
    {
        SkipSpace();
        var from = _at;
        while (IsNamePart(Current)) _at++;
        return _text[from.._at];
    }

    private readonly EventFieldFormat? Find(ReadOnlySpan<byte> name)
    {
        foreach (var field in _fields)
            if (name.SequenceEqual(field.NameBytes))
                return field;
        return null;
    }

    private PrintExpression? Node(
        PrintExpressionKind kind, PrintExpression left, PrintExpression? right = null, PrintExpression? third = null)
        => Bounded(new PrintExpression { Kind = kind, Left = left, Right = right, Third = third });

    /// <summary>The node, as its value if that is constant; null if there are too many or they are too deep.</summary>
    private PrintExpression? Bounded(PrintExpression node)
    {
        if (!Count() || node.Depth > MostDepth) return null;
        return node.Kind is PrintExpressionKind.Cast or >= PrintExpressionKind.Conditional
            && IsNumber(node.Left) && IsNumber(node.Right) && IsNumber(node.Third)
            ? new PrintExpression { Kind = PrintExpressionKind.Number, Value = Evaluate(node) } : node;
    }

    private static bool IsNumber(PrintExpression? e) => e is null || (e.Kind == PrintExpressionKind.Number && e != Record);

    private static ulong Evaluate(PrintExpression constant) => new PrintEvaluator([], NoEnvironment.Instance).Number(constant);

    private PrintExpression? Number(ulong value)
        => Count() ? new PrintExpression { Kind = PrintExpressionKind.Number, Value = value } : null;

    private PrintExpression? TextNode(byte[] text)
        => Count() ? new PrintExpression { Kind = PrintExpressionKind.Text, Text = text } : null;

    private bool Count() => ++_nodes <= MostNodes;

    private readonly byte Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : (byte)0;

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') _at++;
    }

    private static bool IsNameStart(byte c) => char.IsAsciiLetter((char)c) || c == '_';

    private static bool IsNamePart(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '_';

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

    /// <summary>What <c>REC</c> stands for until a field follows.</summary>
    private static readonly PrintExpression Record = new() { Kind = PrintExpressionKind.Number };

    /// <summary>Values of constants that old kernels leave as names in their formats.</summary>
    private static readonly string[] SoftIrqs =
    [
        "HI_SOFTIRQ", "TIMER_SOFTIRQ", "NET_TX_SOFTIRQ", "NET_RX_SOFTIRQ", "BLOCK_SOFTIRQ", "IRQ_POLL_SOFTIRQ", "TASKLET_SOFTIRQ",
        "SCHED_SOFTIRQ", "HRTIMER_SOFTIRQ", "RCU_SOFTIRQ",
    ];

    private PrintExpression? Identifier(ReadOnlySpan<byte> name)
    {
        if (KnownConstant(name) is { } value) return Number(value);
        return name.SequenceEqual("NULL"u8) || name.SequenceEqual("false"u8) ? Number(0)
            : name.SequenceEqual("true"u8) ? Number(1)
            : Symbol(name);
    }

    /// <summary>
    /// A variable of the kernel, whose address is its value; or the name of a constant that the format does not tell: 0 as a
    /// number,
    /// no value in a list of names.
    /// </summary>
    private PrintExpression? Symbol(ReadOnlySpan<byte> name)
    {
        var text = name.ToArray();
        if (!_isInNames && ++_symbols <= MostSymbols && _environment.AddressOf(NameText.Decode(text)) is { } address)
            return Number(address);
        return Count() ? new PrintExpression { Kind = PrintExpressionKind.Call, Text = text, Value = 1 } : null;
    }

    private static ulong? KnownConstant(ReadOnlySpan<byte> name)
    {
        if (name.EndsWith("_SOFTIRQ"u8) && Array.IndexOf(SoftIrqs, Encoding.ASCII.GetString(name)) is >= 0 and var number)
            return (ulong)number;
        return name.SequenceEqual("HRTIMER_NORESTART"u8) ? 0 : name.SequenceEqual("HRTIMER_RESTART"u8) ? 1 : null;
    }

    private PrintExpression? Function(ReadOnlySpan<byte> name)
    {
        _at++;
        switch (Encoding.ASCII.GetString(name.Length > 32 ? name[..32] : name))
        {
            case "__print_symbolic" or "__print_symbolic_u64": return Names(PrintExpressionKind.Symbolic);
            case "__print_flags" or "__print_flags_u64": return Names(PrintExpressionKind.Flags);
            case "__get_str" or "__get_rel_str" or "__print_untrusted_str": return OfField(PrintExpressionKind.FieldText);
            case "__get_bitmask" or "__get_rel_bitmask": return OfField(PrintExpressionKind.Bitmask);
            case "__get_cpumask" or "__get_rel_cpumask": return OfField(PrintExpressionKind.CpuMask);
            case "__get_dynamic_array" or "__get_rel_dynamic_array"
                or "__get_sockaddr" or "__get_sockaddr_rel" or "__get_rel_sockaddr":
                return OfField(PrintExpressionKind.FieldData);
            case "__get_dynamic_array_len" or "__get_rel_dynamic_array_len": return OfField(PrintExpressionKind.FieldLength);
            case "__print_hex": return Of(PrintExpressionKind.Hex, 2);
            case "__print_hex_str": return Of(PrintExpressionKind.HexText, 2);
            case "__print_array": return Of(PrintExpressionKind.Array, 3);
            case "__print_dynamic_array": return DynamicArray();
            case "__print_ns_to_secs": return WithConstant(PrintExpressionKind.Divide);
            case "__print_ns_without_secs": return WithConstant(PrintExpressionKind.Modulo);
            case "sizeof": return SizeOf();
        }
        if (!TryArguments(out var arguments)) return null;
        // Functions that pass their argument on.
        if (name.SequenceEqual("__builtin_expect"u8) || (arguments.Count == 1 && (name.StartsWith("native_make_"u8)
            || name.EndsWith("_val"u8) || name.SequenceEqual("READ_ONCE"u8))))
            return arguments.Count > 0 ? arguments[0] : null;
        return Bounded(new PrintExpression
        {
            Kind = PrintExpressionKind.Call, Text = name.ToArray(), Arguments = [.. arguments],
        });
    }

    private bool TryArguments(out List<PrintExpression> arguments)
    {
        arguments = [];
        if (TryTake((byte)')')) return true;
        do
        {
            if (Parse() is not { } argument) return false;
            arguments.Add(argument);
        }
        while (TryTake((byte)','));
        return TryTake((byte)')');
    }

    private PrintExpression? Of(PrintExpressionKind kind, int count)
        => TryArguments(out var arguments) && arguments.Count == count
            ? Node(kind, arguments[0], arguments[1], arguments.ElementAtOrDefault(2)) : null;

    private PrintExpression? OfField(PrintExpressionKind kind)
        => Find(Name()) is { } field && TryTake((byte)')') && Count() ? new PrintExpression { Kind = kind, Field = field } : null;

    private PrintExpression? WithConstant(PrintExpressionKind kind)
        => TryArguments(out var arguments) && arguments.Count == 1 && Number(1_000_000_000) is { } second
            ? Node(kind, arguments[0], second) : null;

    private PrintExpression? DynamicArray()
    {
        if (Find(Name()) is not { } field || !TryTake((byte)',') || Parse() is not { } size || !TryTake((byte)')')) return null;
        var data = new PrintExpression { Kind = PrintExpressionKind.FieldData, Field = field };
        var length = new PrintExpression { Kind = PrintExpressionKind.FieldLength, Field = field };
        return Node(PrintExpressionKind.Divide, length, size) is { } count
            ? Node(PrintExpressionKind.Array, data, count, size) : null;
    }

    /// <summary>Parses the size of a type or of a field.</summary>
    private PrintExpression? SizeOf()
    {
        var close = _text[_at..].IndexOf((byte)')');
        if (close < 0) return null;
        var type = _text.Slice(_at, close);
        if (CTypes.SizeOf(type, _longSize) is > 0 and var size)
        {
            _at += close + 1;
            return Number((ulong)size);
        }
        return TryArguments(out var arguments) && arguments is [{ Field: { } field, Kind: var kind }]
            ? Number((ulong)(kind == PrintExpressionKind.Element ? field.ElementSize : field.Size)) : null;
    }

    /// <summary>Parses <c>value, { 1, "A" }, …</c>, for flags with the delimiter before the names.</summary>
    private PrintExpression? Names(PrintExpressionKind kind)
    {
        if (Parse() is not { } value) return null;
        byte[] delimiter = [];
        if (kind == PrintExpressionKind.Flags && !(TryTake((byte)',') && TryLiteral(out delimiter))) return null;
        var names = new List<PrintName>();
        while (TryTake((byte)','))
        {
            if (!TryTake((byte)'{')) return null;
            if (TryTake((byte)'}')) continue;
            _isInNames = true;
            if (Parse() is not { } number || !TryTake((byte)',') || Parse() is not { } name || !TryTake((byte)'}')) return null;
            _isInNames = false;
            // "{ -1, NULL }" ends the list of some formats.
            if (name.Kind == PrintExpressionKind.Text) names.Add(new PrintName(ConstantOf(number), name.Text));
        }
        return !TryTake((byte)')') ? null : Bounded(new PrintExpression
        {
            Kind = kind, Left = value, Text = Unescape(delimiter), Names = [.. names],
        });
    }

    /// <summary>
    /// The value of a constant; all bits if it is none that the format tells. libtraceevent reads every negative number as -1.
    /// </summary>
    private static ulong ConstantOf(PrintExpression e)
        => e.Kind == PrintExpressionKind.Number && (long)e.Value >= 0 ? e.Value : ulong.MaxValue;
}
