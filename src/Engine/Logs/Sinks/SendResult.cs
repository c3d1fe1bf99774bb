namespace KernelMagnifier.Logs.Sinks;

/// <summary>What became of a record that was sent.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Problem">Why it was not delivered, or what the user should know, as a sentence; null for nothing.</param>
internal readonly record struct SendResult(SendOutcome Outcome, string? Problem)
{
    /// <summary>The receiver has it.</summary>
    public static SendResult Delivered => default;

    /// <summary>The receiver does not take it now.</summary>
    public static SendResult Waits(string problem) => new(SendOutcome.Waits, problem);

    /// <summary>The receiver will never take it.</summary>
    public static SendResult Refused(string problem) => new(SendOutcome.Refused, problem);
}
