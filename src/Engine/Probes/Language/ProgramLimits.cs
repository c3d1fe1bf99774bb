namespace KernelMagnifier.Probes.Language;

/// <summary>Bounds of the parser. Real programs stay far below them; hostile ones are reported instead of parsed.</summary>
internal static class ProgramLimits
{
    /// <summary>The longest program, in bytes.</summary>
    public const int Bytes = 256 << 10;

    /// <summary>How deep expressions and blocks may be nested.</summary>
    public const int Depth = 128;

    /// <summary>The most fields, indices and signs of one expression without parentheses.</summary>
    public const int Chain = 128;

    /// <summary>The most issues that are kept of a program.</summary>
    public const int Issues = 200;

    /// <summary>The most parts of a probe, call or definition that are named in facts.</summary>
    public const int Facts = 20_000;
}
