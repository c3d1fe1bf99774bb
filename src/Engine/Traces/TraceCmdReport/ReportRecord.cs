using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>One line of a report.</summary>
internal struct ReportRecord
{
    /// <summary>The <see cref="Instance"/> of a line without a column for the instance.</summary>
    public const int NoInstance = -1;

    /// <summary>The call, entry or exit.</summary>
    public FunctionGraphRecord Call;

    /// <summary>The CPU.</summary>
    public int Cpu;

    /// <summary>
    /// The index of the buffer instance or file that the line names, 0 for the one without a name, or <see cref="NoInstance"/>.
    /// For a line that cannot be parsed, its index in <see cref="ReportRecords.NotParsed"/>.
    /// </summary>
    public int Instance;

    /// <summary>What the line is.</summary>
    public ReportRecordKind Kind;
}
