namespace KernelMagnifier.Rendering;

/// <summary>Texts for functions that a recording does not name.</summary>
internal static class FunctionText
{
    /// <summary>Stands for the callers of a function that the recording does not name.</summary>
    public const string Unknown = "(not traced)";
}
