namespace KernelMagnifier.Probes.Manifests;

/// <summary>The type of a parameter of a probe.</summary>
internal enum ParameterType
{
    /// <summary>A whole number in a range.</summary>
    Integer,

    /// <summary>Text: one of a list, or one that matches a pattern.</summary>
    Text,
}
