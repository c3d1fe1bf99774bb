using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>What can be trusted in a recording: what is missing in it, and whether its events agree with each other.</summary>
public sealed class TraceCheck
{
    private IReadOnlyList<TraceFinding>? _findings;

    internal TraceCheck(TraceInfo trace) => Trace = trace;

    /// <summary>The recording: the path of its file as it was opened, or <c>-</c> for standard input.</summary>
    public string Path => Trace.Path;

    /// <summary>
    /// <c>Complete</c> if nothing is missing and all checks passed, <c>Incomplete</c> if events were lost, a CPU or no event was
    /// seen or the recording is damaged, and <c>Contradictory</c> if a check failed.
    /// </summary>
    public string Verdict => Checks.Any(check => check.Passed == false) ? "Contradictory"
        : !Trace.IsComplete || LostEvents > 0 || LossCount > 0 || NotParsed > 0 || CpusNotSeen is { Count: > 0 }
            || Warnings.Count > 0 || Events + Trace.Calls == 0 ? "Incomplete"
        : "Complete";

    /// <summary>Whether the verdict is <c>Complete</c>.</summary>
    internal bool IsComplete => Verdict == "Complete";

    /// <summary>
    /// The CPUs of the recorded machine without an event; null if the recording does not contain the number of CPUs.
    /// </summary>
    public IReadOnlyList<int>? CpusNotSeen { get; internal init; }

    /// <summary>The kernel events that are not function calls.</summary>
    public long Events => Trace.Events;

    /// <summary>The events that the kernel dropped, as <see cref="TraceInfo.LostEvents"/>.</summary>
    public long LostEvents => Trace.LostEvents;

    /// <summary>The lines or records that could not be parsed.</summary>
    public long NotParsed => Trace.NotParsed;

    /// <summary>The gaps in the events.</summary>
    public long LossCount { get; internal init; }

    /// <summary>The gaps with their times, at most the first 10,000.</summary>
    public IReadOnlyList<EventLoss> Losses { get; internal init; } = [];

    /// <summary>The kinds of intervals, and whether they can be measured.</summary>
    public IReadOnlyList<CheckedKind> Kinds { get; internal init; } = [];

    /// <summary>What must hold in every complete recording, and what was found.</summary>
    public IReadOnlyList<SelfCheck> Checks { get; internal init; } = [];

    /// <summary>What is wrong with the recording, where, and what to do about it.</summary>
    public IReadOnlyList<TraceFinding> Findings => _findings ??= TraceFindings.Of(this).ToArray();

    /// <summary>The warnings of the reading. Untrusted text.</summary>
    public IReadOnlyList<string> Warnings => Trace.Warnings;

    /// <summary>The events of tasks that had ended when perf wrote them, which are in no interval.</summary>
    internal long OfEndedTasks { get; init; }

    /// <summary>The description of the recording.</summary>
    internal TraceInfo Trace { get; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Verdict}");
}
