namespace KernelMagnifier.Probes.Language;

/// <summary>The kind of a token of a program.</summary>
internal enum TokenKind
{
    /// <summary>The end of the program.</summary>
    End,

    /// <summary>A keyword, builtin, function, type or other name.</summary>
    Name,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text in quotes; its escapes are decoded.</summary>
    Text,

    /// <summary>A map, with its <c>@</c>.</summary>
    Map,

    /// <summary>A variable, with its <c>$</c>.</summary>
    Variable,

    /// <summary>A positional parameter, such as <c>$1</c>.</summary>
    Parameter,

    /// <summary>The number of positional parameters: <c>$#</c>.</summary>
    ParameterCount,

    /// <summary>An operator, bracket or other sign.</summary>
    Sign,
}
