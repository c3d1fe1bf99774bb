using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Something that prevents this machine from recording, or limits what it can record.</summary>
/// <param name="Code">The reason, for programs.</param>
/// <param name="Cause">The cause, as a sentence.</param>
/// <param name="RecommendedAction">What the user can do about it, as sentences; null when nothing is to be done.</param>
/// <param name="IsFatal">Whether nothing can be recorded at all.</param>
public sealed record HostProblem(ErrorCode Code, string Cause, string? RecommendedAction, bool IsFatal)
{
    /// <summary>Cause and recommended action.</summary>
    public string Message => RecommendedAction is null ? Cause : $"{Cause} {RecommendedAction}";

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Message);

    internal KernelMagnifierException ToException() => new(Code, null, Cause, RecommendedAction);
}
