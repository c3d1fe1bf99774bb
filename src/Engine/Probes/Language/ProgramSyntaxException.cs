namespace KernelMagnifier.Probes.Language;

/// <summary>A program breaks the grammar. Never leaves <see cref="ProgramParser"/>.</summary>
/// <param name="at">The byte.</param>
/// <param name="message">What is wrong, without a period.</param>
internal sealed class ProgramSyntaxException(int at, string message) : Exception(message)
{
    /// <summary>The byte.</summary>
    public int At { get; } = at;
}
