namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The formats of the part of a line before its event.</summary>
internal enum LinePrefixKind
{
    /// <summary><c>comm-pid (tgid) [cpu] flags time:</c>; tgid and flags only if their options are on.</summary>
    Context,

    /// <summary>Option <c>latency-format</c>: <c>comm-pid cpu+flags NNNus :</c></summary>
    Latency,

    /// <summary>
    /// Options <c>latency-format</c> and <c>verbose</c>: <c>comm pid cpu flags preempt index [time] NNN.NNNms (+N.NNNms):</c>
    /// </summary>
    Verbose,

    /// <summary>Option <c>nocontext-info</c>: empty.</summary>
    None,

    /// <summary>Option <c>raw</c>: <c>pid cpu time ip parent</c> as decimal numbers and addresses.</summary>
    Raw,

    /// <summary>Option <c>hex</c>: the fields of <see cref="Raw"/> in hexadecimal with a fixed width.</summary>
    Hex,
}
