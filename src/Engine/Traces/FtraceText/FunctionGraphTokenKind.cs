namespace KernelMagnifier.Traces.FtraceText;

/// <summary>What a line means for the nesting of calls.</summary>
internal enum FunctionGraphTokenKind : byte
{
    /// <summary><c>f();</c></summary>
    Leaf,

    /// <summary><c>f() {</c></summary>
    Open,

    /// <summary><c>}</c></summary>
    Close,

    /// <summary>An interrupt begins: the next call of this CPU is its handler.</summary>
    Interrupt,

    /// <summary>The CPU goes from <see cref="FunctionGraphToken.Other"/> to <see cref="FunctionGraphToken.Task"/>.</summary>
    Switch,

    /// <summary>Events of the CPU are missing here.</summary>
    Lost,

    /// <summary>An event of another kind whose text goes on in the next line.</summary>
    OpenEvent,

    /// <summary>A line that is understood and has no part in the nesting.</summary>
    Aside,

    /// <summary>A line that is none of these; <see cref="FunctionGraphToken.Other"/> is its place in <see cref="FunctionGraphTokens.Unread"/>.</summary>
    Unread,
}
