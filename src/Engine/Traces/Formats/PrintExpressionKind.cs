namespace KernelMagnifier.Traces.Formats;

/// <summary>The kinds of <see cref="PrintExpression"/>.</summary>
internal enum PrintExpressionKind
{
    /// <summary>A constant number.</summary>
    Number,

    /// <summary>A string literal.</summary>
    Text,

    /// <summary>A field: <c>REC->x</c>.</summary>
    Field,

    /// <summary>An element of an array: <c>REC->x[1]</c>.</summary>
    Element,

    /// <summary>The text of a field: <c>__get_str(x)</c>.</summary>
    FieldText,

    /// <summary>The data of a field: <c>__get_dynamic_array(x)</c>.</summary>
    FieldData,

    /// <summary>The length of the data of a field.</summary>
    FieldLength,

    /// <summary><c>__get_bitmask(x)</c>.</summary>
    Bitmask,

    /// <summary><c>__get_cpumask(x)</c>.</summary>
    CpuMask,

    /// <summary><c>__print_symbolic(value, { 1, "A" }, …)</c>.</summary>
    Symbolic,

    /// <summary><c>__print_flags(value, "|", { 1, "A" }, …)</c>.</summary>
    Flags,

    /// <summary><c>__print_hex(data, length)</c>.</summary>
    Hex,

    /// <summary><c>__print_hex_str(data, length)</c>.</summary>
    HexText,

    /// <summary><c>__print_array(data, count, size)</c>.</summary>
    Array,

    /// <summary>A cast; <see cref="PrintExpression.Value"/> is the mask of the bits that it keeps.</summary>
    Cast,

    /// <summary>A call of a function of the kernel that cannot be evaluated.</summary>
    Call,

    /// <summary><c>a ? b : c</c>.</summary>
    Conditional,

    /// <summary><c>!a</c>.</summary>
    Not,

    /// <summary><c>~a</c>.</summary>
    Complement,

    /// <summary><c>-a</c>.</summary>
    Negate,

    /// <summary><c>a * b</c>.</summary>
    Multiply,

    /// <summary><c>a / b</c>.</summary>
    Divide,

    /// <summary><c>a % b</c>.</summary>
    Modulo,

    /// <summary><c>a + b</c>.</summary>
    Add,

    /// <summary><c>a - b</c>.</summary>
    Subtract,

    /// <summary><c>a &lt;&lt; b</c>.</summary>
    ShiftLeft,

    /// <summary><c>a >> b</c>.</summary>
    ShiftRight,

    /// <summary><c>a &lt; b</c>.</summary>
    Less,

    /// <summary><c>a &lt;= b</c>.</summary>
    LessOrEqual,

    /// <summary><c>a > b</c>.</summary>
    Greater,

    /// <summary><c>a >= b</c>.</summary>
    GreaterOrEqual,

    /// <summary><c>a == b</c>.</summary>
    Equal,

    /// <summary><c>a != b</c>.</summary>
    NotEqual,

    /// <summary><c>a &amp; b</c>.</summary>
    And,

    /// <summary><c>a ^ b</c>.</summary>
    ExclusiveOr,

    /// <summary><c>a | b</c>.</summary>
    Or,

    /// <summary><c>a &amp;&amp; b</c>.</summary>
    AndAlso,

    /// <summary><c>a || b</c>.</summary>
    OrElse,
}
