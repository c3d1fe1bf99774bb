namespace KernelMagnifier.Traces.TraceDat;

/// <summary>One trace instance of the recording: its ring buffer, one piece per CPU.</summary>
/// <param name="Name">The instance; empty for the top-level buffer.</param>
/// <param name="Clock">Its trace clock, when told.</param>
/// <param name="PageSize">Bytes of a page (a sub-buffer) of it.</param>
/// <param name="IsPacked">Its pages are in packed chunks.</param>
/// <param name="Cpus">Where each CPU's data stand.</param>
internal sealed record DatBuffer(string Name, string? Clock, int PageSize, bool IsPacked, IReadOnlyList<DatBuffer.CpuData> Cpus)
{
    /// <summary>What a message calls it.</summary>
    public string Title => Name.Length == 0 ? "the top-level buffer" : $"buffer {Name}";

    /// <summary>Where the data of one CPU stand in the file.</summary>
    internal readonly record struct CpuData(int Cpu, long Offset, long Size);
}
