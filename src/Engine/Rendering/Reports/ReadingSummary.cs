using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// What the user should know about the reading of a recording, as lines. Untrusted text: escape it for a terminal.
/// </summary>
/// <param name="Warnings">The warnings of the reader.</param>
/// <param name="Missing">One line about lost events and input that was not parsed; null when nothing is missing.</param>
/// <param name="Details">The content of the recording, and what is missing per CPU and by reason, for verbose output.</param>
internal sealed record ReadingSummary(IReadOnlyList<string> Warnings, string? Missing, IReadOnlyList<string> Details)
{
    private const int LongestSample = 160;

    /// <summary>The summary of a completed reading.</summary>
    public static ReadingSummary Of(TraceInfo trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var name = trace.Path == "-" ? "standard input" : trace.Path;
        return new ReadingSummary(
            [.. trace.Warnings.Select(w => $"{name}: {w}")],
            MissingParts(trace) is { Count: > 0 } parts ? $"{name}: {string.Join("; ", parts)}" : null,
            [.. DetailParts(trace).Select(d => $"{name}: {d}")]);
    }

    private static List<string> MissingParts(TraceInfo trace)
    {
        var parts = new List<string>();
        if (trace.LostEvents > 0)
        {
            var events = DisplayText.Count(trace.LostEvents, "event") + (trace.LostEvents == 1 ? " was" : " were");
            var atLeast = trace.LostEventsIsMinimum ? "at least " : "";
            parts.Add($"{atLeast}{events} lost while recording ({TraceInfoFields.LostShare(trace)})");
        }
        if (trace.NotParsed == 0) return parts;
        var reasons = TraceInfoFields.Kinds(trace.NotParsedKinds);
        var what = trace.NotParsed == 1 ? "1 line or record was" : $"{DisplayText.Number(trace.NotParsed)} lines or records were";
        parts.Add($"{what} not parsed{(reasons.Length > 0 ? $" ({reasons})" : "")}"
            + (trace.NotParsedSamples is [var first, ..] ? $", the first: {DisplayText.Shorten(first, LongestSample)}" : ""));
        return parts;
    }

    private static IEnumerable<string> DetailParts(TraceInfo trace)
    {
        yield return $"{trace.Format}, {DisplayText.Count(trace.Calls, "call")}, {DisplayText.Count(trace.Events, "event")}, "
            + (trace.Cpus is { } cpus ? DisplayText.Count(cpus, "CPU") : "unknown CPUs");
        foreach (var cpu in trace.PerCpu)
        {
            if (cpu.LostEvents + cpu.NotParsed == 0) continue;
            yield return $"{(cpu.Cpu is { } number ? $"CPU {number}" : "unknown CPU")}: {DisplayText.Count(cpu.Calls, "call")}, "
                + $"{DisplayText.Number(cpu.LostEvents)} lost, {DisplayText.Number(cpu.NotParsed)} not parsed";
        }
        foreach (var (reason, count) in trace.NotParsedKinds) yield return $"not parsed: {reason}: {DisplayText.Number(count)}";
        foreach (var sample in trace.NotParsedSamples) yield return $"not parsed, for example: {sample}";
    }
}
