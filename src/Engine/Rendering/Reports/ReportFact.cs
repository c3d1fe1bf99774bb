namespace KernelMagnifier.Rendering.Reports;

/// <summary>A fact about a recording or a report.</summary>
/// <param name="Name">The name for programs, in camelCase.</param>
/// <param name="Heading">The name for people.</param>
/// <param name="Value">The value.</param>
internal sealed record ReportFact(string Name, string Heading, ReportValue Value)
{
    /// <summary>An explanation that outputs for people show after the value; null for none. Untrusted text.</summary>
    public string? Note { get; init; }

    /// <summary>Whether outputs for people emphasize the fact.</summary>
    public bool IsWarning { get; init; }

    /// <summary>Whether only outputs for programs contain it, because the note of another fact says it to people.</summary>
    public bool IsDetail { get; init; }

    /// <summary>Whether the value is a timestamp, which is shown without thousands separators.</summary>
    public bool IsTimestamp => Name.EndsWith("Timestamp", StringComparison.Ordinal);
}
