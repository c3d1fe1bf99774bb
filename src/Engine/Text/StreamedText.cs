using System.Text;

namespace KernelMagnifier.Text;

/// <summary>Text that goes to a stream a piece at a time.</summary>
internal static class StreamedText
{
    private const int Most = 1 << 16;

    /// <summary>Writes what has come together, when it is enough to be worth it.</summary>
    public static void FlushTo(this StringBuilder text, Stream output, bool all = false)
    {
        if (!all && text.Length < Most) return;
        foreach (var chunk in text.GetChunks()) output.Write(Encoding.UTF8.GetBytes(chunk.ToArray()));
        text.Clear();
    }
}
