namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The columns that a function_graph line can have before the calls, in this order.</summary>
/// <remarks><c>print_graph_prologue</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
[Flags]
internal enum FunctionGraphColumns
{
    /// <summary>Only the calls (option <c>nocontext-info</c>).</summary>
    None = 0,

    /// <summary><c>   18.711095 |  </c> (option <c>funcgraph-abstime</c>).</summary>
    AbsoluteTime = 1,

    /// <summary><c>       12 us |  </c> (latency tracers with option <c>display-graph</c>).</summary>
    RelativeTime = 2,

    /// <summary><c> 1) </c> (option <c>funcgraph-cpu</c>).</summary>
    Cpu = 4,

    /// <summary><c>   wl-219     | </c> (option <c>funcgraph-proc</c>).</summary>
    Task = 8,

    /// <summary><c> d..1. | </c> (option <c>latency-format</c>).</summary>
    Flags = 16,

    /// <summary><c>+ 22.995 us   |  </c> (option <c>funcgraph-duration</c>).</summary>
    Duration = 32,
}
