namespace KernelMagnifier.Latency.Causes;

/// <summary>A function that ran during a share of an interval.</summary>
/// <param name="Function">The function. Untrusted text.</param>
/// <param name="Calls">The calls that were entered during the share.</param>
/// <param name="SelfNanoseconds">
/// The time in the function itself, without the traced functions that it called; null if the recording has no durations.
/// </param>
public sealed record CauseFunction(string Function, long Calls, long? SelfNanoseconds)
{
    /// <inheritdoc/>
    public override string ToString() => Text.TerminalText.Escape($"{Function}: {Calls} calls");
}
