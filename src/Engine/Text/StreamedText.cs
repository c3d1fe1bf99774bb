using System.Text;

namespace KernelMagnifier.Text;

/// <summary>Writes a text to a stream in blocks.</summary>
internal static class StreamedText
{
    private const int BlockSize = 1 << 16;

    /// <summary>Writes the text as UTF-8 and clears it once it is at least 64 Ki characters long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="output">The stream.</param>
    /// <param name="all">Write the text whatever its length.</param>
    public static void FlushTo(this StringBuilder text, Stream output, bool all = false)
    {
        if (!all && text.Length < BlockSize) return;
        foreach (var chunk in text.GetChunks()) output.Write(Encoding.UTF8.GetBytes(chunk.ToArray()));
        text.Clear();
    }
}
