namespace KernelMagnifier.Traces.PerfScript;

/// <summary>The tokens of one block of perf script text.</summary>
internal sealed class PerfTokens
{
    public List<PerfToken> Items { get; } = [];

    /// <summary>The first few lines that cannot be parsed.</summary>
    public List<byte[]> NotParsed { get; } = [];

    /// <summary>Prepares for another block.</summary>
    public void Clear()
    {
        Items.Clear();
        NotParsed.Clear();
    }
}
