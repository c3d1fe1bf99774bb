using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Probes.Running;

/// <summary>The end of a run as the last of its results.</summary>
internal static class ProbeRunSummary
{
    /// <summary>Makes the result of the kind <c>Run</c>.</summary>
    /// <param name="probe">The name of the probe.</param>
    /// <param name="run">How the run ended and what it cost.</param>
    public static ProbeResult Of(string probe, ProbeRunResult run)
    {
        KeyValuePair<string, object?>[] fields =
        [
            new("Outcome", run.Outcome), new("Reason", run.Reason), new("DurationNanoseconds", run.DurationNanoseconds),
            new("ProgramNanoseconds", run.ProgramNanoseconds), new("ProgramRuns", run.ProgramRuns),
            new("ToolNanoseconds", run.ToolNanoseconds), new("OutputBytes", run.OutputBytes), new("Bpftrace", run.Bpftrace),
            new("AuditRecord", run.AuditRecord),
        ];
        return new ProbeResult(ResultKind.Run)
        {
            Probe = probe, LostEvents = run.LostEvents, Text = run.Reason, Fields = ResultFields.Of(fields),
                ReceivedAt = DateTimeOffset.UtcNow,
        };
    }
}
