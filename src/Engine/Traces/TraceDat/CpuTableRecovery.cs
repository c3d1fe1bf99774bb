using System.Buffers.Binary;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Finds the data of each CPU in a buffer section whose CPU table is lost. trace-cmd writes the table after the data, so a
/// version 7 file that was cut has none. The data show where a CPU ends: compressed data state their number of chunks, and the
/// time stamps of a CPU's pages ascend.
/// </summary>
internal sealed class CpuTableRecovery(DatFile file, DatHeader header, RingBufferPageLayout page)
{
    /// <summary>Builds a buffer instance from its section.</summary>
    public BufferInstance Recover(DatSections.Section section, string name, string? clock)
    {
        var end = section.Size == 0 ? file.Length : Math.Min(file.Length, section.Start + section.Size);
        var start = Align(section.Start);
        var cpus = section.IsCompressed ? Compressed(start, end) : Uncompressed(start, end);
        return new BufferInstance(name, clock, header.PageSize, section.IsCompressed, cpus);
    }

    private List<BufferInstance.CpuData> Compressed(long start, long end)
    {
        var cpus = new List<BufferInstance.CpuData>();
        while (start + 4 <= end && cpus.Count < DatOptions.MostCpus)
        {
            var at = start + 4;
            for (var chunks = UInt32(start); chunks > 0 && at + 8 <= end; chunks--) at += 8L + UInt32(at);
            at = Math.Min(at, end);
            if (at > start + 4) cpus.Add(new BufferInstance.CpuData(cpus.Count, start, at - start));
            start = Align(at);
        }
        return cpus;
    }

    private List<BufferInstance.CpuData> Uncompressed(long start, long end)
    {
        var cpus = new List<BufferInstance.CpuData>();
        if (start >= end) return cpus;
        var buffer = new byte[Math.Min(Math.Max(1 << 20, header.PageSize), end - start)];
        ulong last = 0;
        for (var at = start; at < end && cpus.Count < DatOptions.MostCpus;)
        {
            var got = file.Read(buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
            if (got == 0) break;
            for (var i = 0; i + page.Timestamp + 8 <= got; i += header.PageSize)
            {
                var bytes = buffer.AsSpan(i + page.Timestamp, 8);
                var time = header.BigEndian
                    ? BinaryPrimitives.ReadUInt64BigEndian(bytes)
                    : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
                if (time < last)
                {
                    cpus.Add(new BufferInstance.CpuData(cpus.Count, start, at + i - start));
                    start = at + i;
                }
                last = time;
            }
            at += got;
        }
        if (end > start) cpus.Add(new BufferInstance.CpuData(cpus.Count, start, end - start));
        return cpus;
    }

    private uint UInt32(long at)
    {
        Span<byte> bytes = stackalloc byte[4];
        if (file.Read(bytes, at) < 4) return 0;
        return header.BigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    private long Align(long at) => (at + header.PageSize - 1) / header.PageSize * header.PageSize;
}
