using KernelMagnifier.Rendering;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cmdlets;

/// <summary>The types a script may name, as <c>[KernelMagnifier.CallEvent]</c>: the module's loader makes them known to the shell.</summary>
public static class PublicTypes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(CallEvent), typeof(CallEdge), typeof(FunctionCallCount), typeof(CallGrouping), typeof(CallGraph), typeof(ExecutionContext), typeof(ClockUnit),
        typeof(TraceInfo), typeof(CpuStatistics), typeof(TraceException), typeof(SymbolMap), typeof(SymbolSource),
        typeof(Recording), typeof(RecordingCpu), typeof(RecordingEnd), typeof(RecordingProgress), typeof(RecordingTracer), typeof(RecordingFormat),
        typeof(RecordingException), typeof(RecordingError), typeof(RecordingJob), typeof(HostReport), typeof(HostProblem),
        typeof(GraphExport), typeof(ReportExport), typeof(ProfileExport), typeof(ProfileWeight), typeof(TreeDirection), typeof(TreeCharset), typeof(GraphLayout), typeof(RenderException), typeof(FilterException), typeof(TerminalText),
    ];
}
