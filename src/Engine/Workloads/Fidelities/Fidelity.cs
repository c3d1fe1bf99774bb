using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>How alike the re-recordings of a workload are to the recording that it comes from.</summary>
public sealed record Fidelity
{
    /// <summary><c>Faithful</c>, <c>Partial</c> or <c>NotReproduced</c>.</summary>
    public required string Verdict { get; init; }

    /// <summary>Why, as sentences: what differs first. Untrusted text.</summary>
    public IReadOnlyList<string> Reasons { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The original recording.</summary>
    public string? Reference { get; init; }

    /// <summary>The re-recordings.</summary>
    public IReadOnlyList<string> Recordings { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The number of runs that could be judged.</summary>
    public int Runs { get; init; }

    /// <summary>In how many runs the symptom came back; null if none was given.</summary>
    public int? SymptomRuns { get; init; }

    /// <summary>Whether only the structure was compared, because the times of emulated CPUs mean nothing.</summary>
    public bool IsStructureOnly { get; init; }

    /// <summary>The numbers, task by task.</summary>
    public IReadOnlyList<FidelityTask> Tasks { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The share of the wake-ups between tasks whose edge is in the re-recordings; null if there are none.</summary>
    public double? EdgeCoverage { get; init; }

    /// <summary>The edges that are missing, as waker → wakee. Untrusted text.</summary>
    public IReadOnlyList<string> MissingEdges { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The edges that only the re-recordings have. Untrusted text.</summary>
    public IReadOnlyList<string> ExtraEdges { get; init => field = Indexable.Of(value); } = [];

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Reasons is [var first, ..] ? $"{Verdict}: {first}" : Verdict);
}
