namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The colours of a theme, apart from those of counts. Text has a contrast of at least 4.5 (WCAG AA) on each ground, and lines
/// one of 3.
/// </summary>
/// <param name="Ground">The background.</param>
/// <param name="Plain">The fill of a function without a count.</param>
/// <param name="Apart">The fill of a function outside the source paths of the filter.</param>
/// <param name="Ink">Text.</param>
/// <param name="Faint">Secondary text, and outlines.</param>
/// <param name="Faded">Lines that are not highlighted while others are.</param>
/// <param name="Alarm">Text about lost events.</param>
/// <param name="Mark">Highlighted functions and paths.</param>
/// <param name="Group">The background of a group of functions.</param>
/// <param name="GroupLine">The outline of a group of functions.</param>
/// <param name="SoftIrq">Softirqs.</param>
/// <param name="HardIrq">Hardware interrupts, maskable or not.</param>
internal sealed record GraphPalette(
    string Ground, string Plain, string Apart, string Ink, string Faint, string Faded, string Alarm, string Mark, string Group,
    string GroupLine, string SoftIrq, string HardIrq)
{
    public static readonly GraphPalette Light = new(
        "#ffffff", "#ffffff", "#f5f6f7", "#1f2933", "#4a545c", "#d3d9de", "#a11616", "#c2185b", "#f6f8fa", "#c5ced6", "#7b3fa8",
        "#00796b");

    public static readonly GraphPalette Dark = new(
        "#12161b", "#1b2129", "#1b2129", "#e6ebf0", "#a3b0bb", "#333d47", "#ff8a80", "#ff6fae", "#181d24", "#3b4651", "#c79bf2",
        "#4fd1c0");

    public static GraphPalette Of(GraphTheme theme) => theme == GraphTheme.Dark ? Dark : Light;

    /// <summary>The colour of a context that interrupts a task; null for task context.</summary>
    public string? Interrupt(ExecutionContext context) => context switch
    {
        ExecutionContext.SoftIrq => SoftIrq,
        ExecutionContext.HardIrq or ExecutionContext.Nmi => HardIrq,
        _ => null,
    };
}
