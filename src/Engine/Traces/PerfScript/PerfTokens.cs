namespace KernelMagnifier.Traces.PerfScript;

/// <summary>The lines of a block.</summary>
internal sealed class PerfTokens
{
    public List<PerfToken> Items { get; } = [];

    /// <summary>The first few unread lines.</summary>
    public List<byte[]> Unread { get; } = [];

    public void Clear()
    {
        Items.Clear();
        Unread.Clear();
    }
}
