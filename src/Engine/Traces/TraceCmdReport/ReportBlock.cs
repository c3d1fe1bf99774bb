using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>The events of a block of lines, and what all its lines contribute to the calls.</summary>
internal sealed class ReportBlock
{
    /// <summary>The events.</summary>
    public TextEventBlock Events { get; } = new();

    /// <summary>The records.</summary>
    public ReportRecords Records { get; } = new();
}
