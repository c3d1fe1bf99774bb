namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The columns a function_graph line may have before the calls, in this order.</summary>
/// <remarks><c>print_graph_prologue</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
[Flags]
internal enum FunctionGraphColumns
{
    /// <summary>The calls alone (nocontext-info).</summary>
    None = 0,

    /// <summary><c>   18.711095 |  </c> (funcgraph-abstime).</summary>
    AbsoluteTime = 1,

    /// <summary><c>       12 us |  </c> (the latency tracers with display-graph).</summary>
    RelativeTime = 2,

    /// <summary><c> 1) </c> (funcgraph-cpu).</summary>
    Cpu = 4,

    /// <summary><c>   wl-219     | </c> (funcgraph-proc).</summary>
    Task = 8,

    /// <summary><c> d..1. | </c> (latency-format).</summary>
    Flags = 16,

    /// <summary><c>+ 22.995 us   |  </c> (funcgraph-duration).</summary>
    Duration = 32,
}
