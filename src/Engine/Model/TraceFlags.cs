namespace KernelMagnifier.Model;

/// <summary>
/// Decides the execution context of an event from its trace flags, as the number in a record or as the letters in text.
/// </summary>
/// <remarks>
/// <c>enum trace_flag_type</c> in <c>include/linux/trace_events.h</c>; the letters are those that <c>trace_print_lat_fmt</c> in
/// <c>kernel/trace/trace_output.c</c> prints.
/// </remarks>
internal static class TraceFlags
{
    private const int HardIrq = 0x08, SoftIrq = 0x10, Nmi = 0x40;

    /// <summary>
    /// The context of a record: an NMI can interrupt a hard interrupt, and that a softirq, so the innermost one decides.
    /// </summary>
    /// <param name="flags">The field <c>common_flags</c>.</param>
    public static ExecutionContext Context(int flags)
        => (flags & Nmi) != 0 ? ExecutionContext.Nmi
        : (flags & HardIrq) != 0 ? ExecutionContext.HardIrq
        : (flags & SoftIrq) != 0 ? ExecutionContext.SoftIrq
        : ExecutionContext.Task;

    /// <summary>
    /// The context from the letter in the hardirq/softirq column; <see cref="ExecutionContext.Unknown"/> for any other letter.
    /// </summary>
    public static ExecutionContext ContextOfLetter(byte letter) => letter switch
    {
        (byte)'.' => ExecutionContext.Task,
        (byte)'s' => ExecutionContext.SoftIrq,
        (byte)'h' or (byte)'H' => ExecutionContext.HardIrq,
        (byte)'z' or (byte)'Z' => ExecutionContext.Nmi,
        _ => ExecutionContext.Unknown,
    };

    /// <summary>
    /// The context from all printed flags, where the header does not name the columns. No other column uses the letters of the
    /// hardirq/softirq column.
    /// </summary>
    public static ExecutionContext ContextOfLetters(ReadOnlySpan<byte> flags)
    {
        var context = ExecutionContext.Task;
        foreach (var flag in flags)
            if (ContextOfLetter(flag) is > ExecutionContext.Task and var found)
                context = found;
        return context;
    }
}
