using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// What the user should know about the reading of a recording. Untrusted text: escape it for a terminal.
/// </summary>
/// <param name="Line">One line about lost events, input that was not parsed, and the warnings of the reader; null when there is
/// nothing to say.</param>
/// <param name="HasMore">Whether the details have more about the content of the line.</param>
/// <param name="Details">The warnings that the line omits, the content of the recording, and what is missing per CPU and by
/// reason, for verbose output.</param>
internal sealed record ReadingSummary(string? Line, bool HasMore, IReadOnlyList<string> Details)
{
    private const int LongestSample = 160, LongestWarnings = 320;

    /// <summary>The summary of a reading. One that was stopped is summarized as far as it is known.</summary>
    /// <param name="trace">The recording.</param>
    /// <param name="hasRoot">Whether calls below a root were selected. Then calls whose stack is not known can be missing.</param>
    public static ReadingSummary Of(TraceInfo trace, bool hasRoot = false)
    {
        ArgumentNullException.ThrowIfNull(trace);
        var name = trace.Path == "-" ? "standard input" : trace.Path;
        var shown = 0;
        for (var length = 0; shown < trace.Warnings.Count; shown++)
            if ((length += trace.Warnings[shown].Length) > LongestWarnings && shown > 0)
                break;
        List<string> missing = [.. trace.IsComplete ? MissingParts(trace) : LostBeforeStop(trace)];
        if (hasRoot && NotPlaced(trace) is { } notPlaced) missing.Add(notPlaced);
        List<string> parts = [.. missing, .. trace.Warnings.Take(shown)];
        if (shown < trace.Warnings.Count) parts.Add(DisplayText.Count(trace.Warnings.Count - shown, "more warning"));
        IEnumerable<string> details = [.. trace.Warnings.Skip(shown), .. trace.IsComplete ? DetailParts(trace) : []];
        return new ReadingSummary(
            parts.Count > 0 ? $"{name}: {string.Join("; ", parts)}" : null,
            trace.IsComplete && (missing.Count > 0 || shown < trace.Warnings.Count), [.. details.Select(d => $"{name}: {d}")]);
    }

    /// <summary>The calls that a selection by a root can miss, in words; null if there are none.</summary>
    public static string? NotPlaced(TraceInfo trace)
        => trace is { IsComplete: true, NotPlaced: > 0 and var calls }
            ? $"{DisplayText.Count(calls, "call")} {(calls == 1 ? "is" : "are")} not placed: their stack is not completely known, "
                + "because events were lost or the recording begins within a call. Those below the root are missing"
            : null;

    private static IEnumerable<string> LostBeforeStop(TraceInfo trace)
        => trace.LostBeforeStop > 0
            ? [$"at least {Events(trace.LostBeforeStop)} lost while recording (the recording was not read to its end)"] : [];

    private static string Events(long lost) => DisplayText.Count(lost, "event") + (lost == 1 ? " was" : " were");

    private static List<string> MissingParts(TraceInfo trace)
    {
        var parts = new List<string>();
        if (trace.LostEvents > 0)
            parts.Add($"{(trace.LostEventsIsMinimum ? "at least " : "")}{Events(trace.LostEvents)} lost while recording "
                + $"({TraceInfoFields.LostShare(trace)})");
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
