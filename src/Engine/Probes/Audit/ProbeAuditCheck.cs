using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Whether an audit log is whole.</summary>
public sealed class ProbeAuditCheck
{
    /// <summary>The findings that are kept; a log that is damaged everywhere has more.</summary>
    internal const int MostFindings = 1000;

    internal ProbeAuditCheck(string path) => Path = path;

    /// <summary>The log.</summary>
    public string Path { get; }

    /// <summary>Whether every record is as it was written, in its place, and none is missing as far as the log and checkpoints
    /// show.</summary>
    public bool IsWhole => FindingCount == 0;

    /// <summary><c>Whole</c> or <c>Damaged</c>.</summary>
    public string Verdict => IsWhole ? "Whole" : "Damaged";

    /// <summary>The number of records.</summary>
    public long Records { get; internal set; }

    /// <summary>The number of the first record. Above 1, the records before it are in a file that is not here. Null without
    /// records.</summary>
    public long? FirstSequence { get; internal set; }

    /// <summary>The number of the last record; null without records.</summary>
    public long? LastSequence { get; internal set; }

    /// <summary>The SHA-256 of the last record, in hexadecimal digits; null without records.</summary>
    public string? LastHash { get; internal set; }

    /// <summary>The checkpoints that are signed by a known key and of a record of this log.</summary>
    public int CheckpointsMet { get; internal set; }

    /// <summary>The line of the first finding, from 1; null if there is none.</summary>
    public long? FirstBadLine => Findings.FirstOrDefault(finding => finding.Line is not null)?.Line;

    /// <summary>All findings, of which the first 1,000 are kept.</summary>
    public long FindingCount { get; private set; }

    /// <summary>What is not as it was written.</summary>
    public IReadOnlyList<ProbeAuditFinding> Findings => Kept;

    private List<ProbeAuditFinding> Kept { get; } = [];

    internal void Add(ProbeAuditFinding finding)
    {
        FindingCount++;
        if (Kept.Count < MostFindings) Kept.Add(finding);
    }

    internal void Replace(ProbeAuditFinding from, ProbeAuditFinding to) => Kept[Kept.IndexOf(from)] = to;

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(string.Create(CultureInfo.InvariantCulture,
        $"{Path}: {Verdict}, {Records} records, {FindingCount} findings"));
}
