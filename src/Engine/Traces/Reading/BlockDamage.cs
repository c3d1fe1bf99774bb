using KernelMagnifier.Files;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Counts what is wrong with a block as a whole.</summary>
internal static class BlockDamage
{
    /// <summary>Counts lines that are too long, and warns if the text ends within a line.</summary>
    public static void Count(LineBlock block, TraceStatistics statistics)
    {
        for (var i = 0; i < block.LinesTooLong; i++) statistics.NotParsed(-1, "line too long");
        if (!block.EndsMidLine) return;
        var text = block.Text;
        var line = text.Length - (text.LastIndexOf((byte)'\n') + 1);
        statistics.Warn($"the last line has no newline, so the recording may have been cut there, at byte {block.Offset + text.Length}. "
            + $"The line has {line} bytes, and names in it may be incomplete; anything after it is missing");
    }
}
