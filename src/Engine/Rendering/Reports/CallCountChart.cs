namespace KernelMagnifier.Rendering;

/// <summary>Draws call counts as bars on a logarithmic scale, most called first.</summary>
public static class CallCountChart
{
    /// <summary>The extensions that choose the format.</summary>
    public static IReadOnlyList<string> Formats { get; } = [".png", ".svg", ".pdf"];

    /// <summary>Writes the chart; the file appears whole or not at all.</summary>
    /// <param name="counts">The counts, in any order.</param>
    /// <param name="path">The file; its extension is one of <see cref="Formats"/>.</param>
    /// <param name="top">At most so many bars.</param>
    /// <param name="title">The heading; null for one made of what was counted.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="cancel">Ends the work; nothing is left behind.</param>
    /// <exception cref="RenderException">The file cannot be written, or gnuplot is missing or failed.</exception>
    public static void Export(IReadOnlyList<FunctionCallCount> counts, string path, int top, string? title, bool force, CancellationToken cancel = default)
        => throw new NotImplementedException();
}
