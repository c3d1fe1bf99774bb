namespace KernelMagnifier.Traces.Formats;

/// <summary>The frames of a stack that the kernel recorded with an event.</summary>
/// <remarks><c>struct stack_entry</c> in <c>kernel/trace/trace_entries.h</c>: the count, then addresses.</remarks>
internal static class StackFrames
{
    // The addresses begin at a multiple of the size of a long after the common fields (8 bytes) and the count (4 bytes).
    private const int CountOffset = 8, Most = 1024;

    /// <summary>Decodes the frames, innermost first.</summary>
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> stack, IEventEnvironment environment)
    {
        var size = environment.LongSize;
        var at = CountOffset + 4 + (size - 4);
        if (stack.Length < at) return [];
        var count = (int)Math.Min(FieldDecoder.Unsigned(stack.Slice(CountOffset, 4), environment.IsBigEndian), Most);
        var frames = new List<string>();
        for (; count > 0 && at + size <= stack.Length; at += size, count--)
        {
            var address = FieldDecoder.Unsigned(stack.Slice(at, size), environment.IsBigEndian);
            // The kernel marks the end of a stack that is shorter than its room.
            if (address == ulong.MaxValue || (size == 4 && address == uint.MaxValue)) break;
            frames.Add(environment.TryFindSymbol(address, out var name, out var module, out var offset)
                ? module is null ? $"{name}+0x{offset:x}" : $"{name}+0x{offset:x} [{module}]" : $"0x{address:x}");
        }
        return frames;
    }
}
