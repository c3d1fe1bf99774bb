using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Incidents;

/// <summary>What an incident file holds. Its texts are untrusted.</summary>
public sealed record Incident
{
    /// <summary>The incident file.</summary>
    public required string Path { get; init; }

    /// <summary>What happened, in a few words; null if nobody has said it.</summary>
    public string? Title { get; init; }

    /// <summary>More about it; null if there is nothing.</summary>
    public string? Note { get; init; }

    /// <summary>When the file was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The kernel of the recording (<c>uname -r</c>); null if the recording does not contain it.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The machine (<c>uname -m</c>); null if the recording does not contain it.</summary>
    public string? Machine { get; init; }

    /// <summary>The workload; null if there is none.</summary>
    public Workload? Workload { get; init; }

    /// <summary>What should hold.</summary>
    public IReadOnlyList<IncidentAssertion> Assertions { get; init => field = Indexable.Of(value); } = [];

    /// <summary>What was found out.</summary>
    public IReadOnlyList<IncidentFinding> Findings { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The files in it.</summary>
    public IReadOnlyList<IncidentPart> Parts { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The directory with the extracted files; null if they were not extracted.</summary>
    public string? Directory { get; init; }

    /// <summary>The extracted recording; null if it was not extracted.</summary>
    public string? Recording { get; init; }

    /// <summary>The extracted baseline; null if it was not extracted or there is none.</summary>
    public string? Baseline { get; init; }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Title ?? Path);
}
