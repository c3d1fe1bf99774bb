namespace KernelMagnifier.Rendering.Charts;

/// <summary>A text.</summary>
/// <param name="X">The anchor.</param>
/// <param name="Y">The base line.</param>
/// <param name="Text">The text. Untrusted.</param>
/// <param name="Size">The size of the font.</param>
/// <param name="Anchor">Where in the text the anchor is: 0 at its start, 1 in its middle, 2 at its end.</param>
/// <param name="Color">The colour.</param>
internal sealed record ChartLabel(double X, double Y, string Text, double Size, int Anchor, ChartColor Color) : ChartShape(Color)
{
    /// <summary>Whether it is bold.</summary>
    public bool IsBold { get; init; }

    /// <summary>Whether it is written upwards.</summary>
    public bool IsUpright { get; init; }
}
