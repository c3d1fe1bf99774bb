namespace KernelMagnifier.Rendering.Reports;

/// <summary>What a <see cref="ReportValue"/> holds.</summary>
public enum ReportKind : byte
{
    /// <summary>Nothing: not known.</summary>
    None,

    /// <summary>Text, which may be untrusted.</summary>
    Text,

    /// <summary>A number: whole, or with a fixed number of decimals, kept as a whole number so that no digit is lost.</summary>
    Number,

    /// <summary>True or false.</summary>
    Truth,
}
