namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The kinds of lines in function_graph text.</summary>
internal enum FunctionGraphTokenKind : byte
{
    /// <summary>A call and its return: <c>f();</c></summary>
    Leaf,

    /// <summary>The entry of a call: <c>f() {</c></summary>
    Open,

    /// <summary>The return of a call: <c>}</c></summary>
    Close,

    /// <summary>The start of an interrupt: the next call on this CPU is its handler.</summary>
    Interrupt,

    /// <summary>
    /// The CPU switches from the task <see cref="FunctionGraphToken.Operand"/> to <see cref="FunctionGraphToken.Task"/>.
    /// </summary>
    Switch,

    /// <summary>The CPU lost events at this place.</summary>
    Lost,

    /// <summary>
    /// Another event. The token is made only for a sink of events; <see cref="FunctionGraphToken.Operand"/> is the index of its
    /// text in <see cref="FunctionGraphTokens.Events"/>, or -1 if the sink does not want it.
    /// </summary>
    Event,

    /// <summary>An event, as <see cref="Event"/>, whose text continues on the next line.</summary>
    OpenEvent,

    /// <summary>
    /// A line that can continue the text of an event or be a frame of its stack. The token is made only for a sink of events;
    /// <see cref="FunctionGraphToken.Operand"/> is the index of its text in <see cref="FunctionGraphTokens.Events"/>.
    /// </summary>
    Text,

    /// <summary>A line without effect on the nesting.</summary>
    Ignored,

    /// <summary>
    /// A line that cannot be parsed; <see cref="FunctionGraphToken.Operand"/> is its index in
    /// <see cref="FunctionGraphTokens.NotParsed"/>.
    /// </summary>
    NotParsed,
}
