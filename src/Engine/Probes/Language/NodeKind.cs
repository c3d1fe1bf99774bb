namespace KernelMagnifier.Probes.Language;

/// <summary>What a node of a parsed program is.</summary>
internal enum NodeKind
{
    /// <summary>A number, truth value or size that the program states.</summary>
    Number,

    /// <summary>A text in quotes.</summary>
    Text,

    /// <summary>A name alone: a builtin, a constant, an argument of a macro.</summary>
    Name,

    /// <summary>A call; the children are its arguments.</summary>
    Call,

    /// <summary>A map; the children are the parts of its key.</summary>
    Map,

    /// <summary>A variable.</summary>
    Variable,

    /// <summary>A positional parameter.</summary>
    Parameter,

    /// <summary>Operands of binary operators of one precedence; the text is the first operator.</summary>
    Operation,

    /// <summary>A sign before an operand.</summary>
    Unary,

    /// <summary><c>++</c> or <c>--</c> before or after a map or variable.</summary>
    Step,

    /// <summary>A condition and its one or two values.</summary>
    Choice,

    /// <summary>A field of its child; the text is the name.</summary>
    Field,

    /// <summary>An element of its first child.</summary>
    Index,

    /// <summary>A tuple or record.</summary>
    Tuple,

    /// <summary>A cast; the text is the type.</summary>
    Cast,

    /// <summary>A size, offset or type, which reads nothing.</summary>
    Static,

    /// <summary>Statements.</summary>
    Block,

    /// <summary>An assignment: target and value; the text is the operator.</summary>
    Assign,

    /// <summary>A declaration of a variable, maybe with a value.</summary>
    Let,

    /// <summary>A condition, its block, and maybe another.</summary>
    If,

    /// <summary>A loop: condition or range, and block; the text is the keyword.</summary>
    Loop,

    /// <summary><c>break</c>, <c>continue</c> or <c>return</c>.</summary>
    Jump,

    /// <summary>An import inside of a block; the text is the path.</summary>
    Import,
}
