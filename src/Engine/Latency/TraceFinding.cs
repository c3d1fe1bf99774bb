using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>A reason not to trust a recording, or a part of it.</summary>
/// <param name="Code">
/// The reason, for programs: <c>NotReadToEnd</c>, <c>NoEvents</c>, <c>Warnings</c>, <c>EventsLost</c>, <c>CpuNotSeen</c>,
/// <c>EndedTasks</c>, <c>NotParsed</c>, <c>CheckFailed</c>, or <c>NoWaking</c>, which does not make a recording incomplete.
/// </param>
/// <param name="Cpu">The CPU; null if it is not known, or several.</param>
/// <param name="From">The timestamp at which it begins (seconds, or counts of the clock); null if it is not known.</param>
/// <param name="To">The timestamp at which it ends; null if it is not known.</param>
/// <param name="Cause">What is wrong, as a sentence.</param>
/// <param name="RecommendedAction">What the user can do about it, as a sentence.</param>
public sealed record TraceFinding(string Code, int? Cpu, double? From, double? To, string Cause, string RecommendedAction)
{
    /// <summary>Cause and recommended action.</summary>
    public string Message => $"{Cause} {RecommendedAction}";

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Message);
}
