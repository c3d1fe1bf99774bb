namespace KernelMagnifier.Probes.Language;

/// <summary>A probe of a program: attach points, a predicate and what it does.</summary>
/// <param name="AttachPoints">The attach points.</param>
/// <param name="Predicate">The predicate; null for none.</param>
/// <param name="Body">The statements.</param>
/// <param name="Position">Where it is.</param>
internal sealed record ProgramProbe(
    IReadOnlyList<AttachPoint> AttachPoints, ProgramNode? Predicate, ProgramNode Body, ProgramPosition Position)
{
    /// <summary>Whether it runs for events, and not at the beginning, the end, or by time.</summary>
    public bool IsPerEvent => AttachPoints.Any(point => !point.IsSpecial && !point.IsTimed);
}
