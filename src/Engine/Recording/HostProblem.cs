namespace KernelMagnifier.Recording;

/// <summary>Something that keeps this machine from recording, or from recording well.</summary>
/// <param name="Code">What.</param>
/// <param name="Message">In words, with the way out.</param>
/// <param name="IsFatal">Nothing can be recorded at all.</param>
public sealed record HostProblem(ErrorCode Code, string Message, bool IsFatal)
{
    /// <inheritdoc/>
    public override string ToString() => Message;
}
