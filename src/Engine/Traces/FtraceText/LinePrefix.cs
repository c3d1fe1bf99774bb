namespace KernelMagnifier.Traces.FtraceText;

/// <summary>How the lines of a text begin.</summary>
internal enum LinePrefix
{
    /// <summary><c>comm-pid (tgid) [cpu] flags time:</c>; tgid and flags where they were switched on.</summary>
    Context,

    /// <summary>Latency format: <c>comm-pid cpu+flags NNNus :</c></summary>
    Latency,

    /// <summary>Latency format, verbose: <c>comm pid cpu flags preempt index [time] NNN.NNNms (+N.NNNms):</c></summary>
    Verbose,

    /// <summary>Option <c>nocontext-info</c>: nothing.</summary>
    None,

    /// <summary>Option <c>raw</c>: <c>pid cpu time ip parent</c> in numbers.</summary>
    Raw,

    /// <summary>Option <c>hex</c>: the same in hexadecimal of fixed width.</summary>
    Hex,
}
