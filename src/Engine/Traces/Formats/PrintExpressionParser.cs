using System.Globalization;
using System.Text;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// Parses the C expressions of a <c>print fmt</c>. It knows the kernel's helper functions for formats; it evaluates nothing but
/// constants. The number of nodes and their depth are bounded, so parsing and evaluating take time in proportion to the text.
/// </summary>
internal ref partial struct PrintExpressionParser(ReadOnlySpan<byte> text, IReadOnlyList<EventFieldFormat> fields, int longSize)
{
    private const int MostNodes = 50_000, MostDepth = 256;

    private readonly ReadOnlySpan<byte> _text = text;
    private readonly IReadOnlyList<EventFieldFormat> _fields = fields;
    private readonly int _longSize = longSize;
    private int _at, _nodes, _depth;

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
        var result = Conditional();
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
        if (value is not { Kind: PrintExpressionKind.Field or PrintExpressionKind.FieldData, Field: { } field }) return null;
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
}
