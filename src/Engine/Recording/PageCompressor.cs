using KernelMagnifier.Compression;

namespace KernelMagnifier.Recording;

/// <summary>Compresses the pages of all CPUs into another file. The parts stay as they are, because it may fail.</summary>
internal static class PageCompressor
{
    private const int ChunkSize = 256 * 1024, Alignment = 4096;

    /// <summary>Compresses the pages.</summary>
    /// <param name="files">The parts of the recording.</param>
    /// <param name="into">The file.</param>
    /// <param name="hasRoom">Whether there is room to continue.</param>
    /// <returns>Where the pages are, one entry for every CPU that the machine can have.</returns>
    /// <exception cref="IOException">The file cannot be written, or there is no room.</exception>
    public static List<CpuPages> Compress(RecordingFiles files, Stream into, Func<bool> hasRoom)
    {
        var plan = files.Plan;
        var written = new List<CpuPages>();
        into.Position = TraceDatWriter.DataStart(plan.PageSize);
        for (var i = 0; i < plan.Parts.Count; i++)
        {
            var size = files.PageBytes(i);
            if (size == 0) continue;
            using var pages = files.OpenPart(i);
            pages.Position = plan.Parts[i].Start;
            into.Position = (into.Position + Alignment - 1) & -(long)Alignment;
            var start = into.Position;
            WriteChunks(into, pages, size, plan.PageSize, hasRoom);
            written.Add(new CpuPages(plan.Parts[i].Cpu, start, into.Position - start));
        }
        return PartJoiner.ForAllCpus(plan, written, into.Position);
    }

    /// <summary>Writes pages in compressed chunks, which are compressed on all CPUs.</summary>
    private static void WriteChunks(Stream into, Stream pages, long size, int pageSize, Func<bool> hasRoom)
    {
        var writer = new SectionWriter(into);
        var chunkSize = Math.Max(ChunkSize / pageSize, 1) * pageSize;
        writer.Number((size + chunkSize - 1) / chunkSize, 4);
        var chunks = new byte[Math.Max(Environment.ProcessorCount, 1) * 2][];
        var frames = new byte[chunks.Length][];
        for (var left = size; left > 0;)
        {
            if (!hasRoom()) throw new IOException("too little disk space is free");
            var count = 0;
            for (; count < chunks.Length && left > 0; count++)
            {
                chunks[count] = new byte[Math.Min(chunkSize, left)];
                pages.ReadExactly(chunks[count]);
                left -= chunks[count].Length;
            }
            Parallel.For(0, count, i => frames[i] = Zstd.Compress(chunks[i], SectionWriter.CompressionLevel));
            for (var i = 0; i < count; i++) writer.Chunk(frames[i], chunks[i].Length);
        }
    }
}
