namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The records of one CPU of one buffer, which are merged with those of others.</summary>
/// <param name="bufferNumber">The index of the buffer instance in <see cref="DatMetadata.Buffers"/>.</param>
/// <param name="cpu">The CPU number.</param>
internal class MergeStream(int bufferNumber, int cpu)
{
    /// <summary>The index of the buffer instance in <see cref="DatMetadata.Buffers"/>.</summary>
    public int BufferNumber => bufferNumber;

    /// <summary>The CPU number.</summary>
    public int Cpu => cpu;
}
