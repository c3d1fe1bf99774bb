namespace KernelMagnifier.Rendering.Reports;

/// <summary>The format of a table.</summary>
internal enum ReportFormat
{
    /// <summary>Aligned columns for people.</summary>
    Table,

    /// <summary>RFC 4180, with a header.</summary>
    Csv,

    /// <summary>One JSON array.</summary>
    Json,

    /// <summary>One JSON object per line.</summary>
    JsonLines,
}
