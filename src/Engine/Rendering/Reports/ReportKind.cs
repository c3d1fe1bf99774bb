namespace KernelMagnifier.Rendering.Reports;

/// <summary>The type of a <see cref="ReportValue"/>.</summary>
internal enum ReportKind : byte
{
    /// <summary>No value: unknown.</summary>
    None,

    /// <summary>Text, which can be untrusted.</summary>
    Text,

    /// <summary>A decimal number with a fixed number of decimals, stored as an integer so that it is exact.</summary>
    Number,

    /// <summary>A Boolean.</summary>
    Truth,
}
