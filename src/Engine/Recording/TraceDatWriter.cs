using System.Globalization;
using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Recording;

/// <summary>
/// Writes trace.dat version 7 (docs/recording.md; trace-cmd.dat.v7(5)) around pages that are in the file already: a head of one
/// page, the pages of all CPUs, then everything else. The strings section fills the head up to the header of the buffer section,
/// because readers walk from section to section and expect no gap.
/// </summary>
internal static class TraceDatWriter
{
    private const int SmallestHead = 4096;

    /// <summary>The offset of the first CPU's pages: a multiple of the page size, so that readers can map them.</summary>
    public static long DataStart(int pageSize) => Math.Max(SmallestHead, pageSize);

    /// <summary>Writes everything except the pages.</summary>
    /// <param name="file">The file; its pages begin at <see cref="DataStart"/>.</param>
    /// <param name="plan">The recording.</param>
    /// <param name="pages">Where the pages are, one entry for every CPU that the machine can have.</param>
    /// <param name="metadata">A file of <see cref="KernelMetadata"/>.</param>
    /// <param name="trailer">What is known only at the end.</param>
    /// <param name="compressed">Whether the pages are compressed; the sections are then compressed, too.</param>
    public static void Complete(Stream file, RecordingPlan plan, IReadOnlyList<CpuPages> pages, Stream metadata,
        TraceDatTrailer trailer, bool compressed)
    {
        var writer = new SectionWriter(file);
        var start = DataStart(plan.PageSize);
        var end = Math.Max(start, pages.Max(d => d.Offset + d.Size));
        var bufferSection = start - SectionWriter.HeaderSize;
        file.Position = bufferSection;
        writer.Header(DatOptions.Buffer, end - start, compressed);
        file.Position = end;
        var options = WriteSections(writer, metadata, trailer.TaskNames, compressed);
        AddOptions(options, plan, trailer, pages.Count);
        options.Add((DatOptions.Buffer, BufferOption(bufferSection, plan, pages)));
        options.Add((DatOptions.Done, BitConverter.GetBytes(0L)));
        var optionsSection = file.Position;
        writer.Section(DatOptions.OptionsSection, s =>
        {
            foreach (var (id, data) in options) s.Option(id, data);
        });
        var length = file.Position;
        WriteHead(writer, optionsSection, bufferSection, compressed);
        file.Flush();
        file.SetLength(length);
    }

    /// <summary>Writes the sections that follow the pages.</summary>
    /// <returns>An option with the offset of each section.</returns>
    private static List<(int Id, byte[] Data)> WriteSections(SectionWriter writer, Stream metadata, byte[] taskNames,
        bool compressed)
    {
        var options = new List<(int Id, byte[] Data)>();
        foreach (var (id, content) in KernelMetadata.Read(metadata))
        {
            options.Add((id, BitConverter.GetBytes(writer.Stream.Position)));
            writer.Section(id, s => s.Stream.Write(content), compressed);
        }
        options.Add((DatOptions.CommandLines, BitConverter.GetBytes(writer.Stream.Position)));
        writer.Section(DatOptions.CommandLines, s => s.Text(taskNames, 8), compressed);
        return options;
    }

    private static void AddOptions(List<(int Id, byte[] Data)> options, RecordingPlan plan, TraceDatTrailer trailer, int cpus)
    {
        options.Add((DatOptions.TraceClock, ToString(trailer.TraceClock + "\n")));
        options.Add((DatOptions.Uname, ToString(trailer.Uname)));
        options.Add((DatOptions.Version, ToString(trailer.Version)));
        foreach (var cpu in trailer.Statistics) options.Add((DatOptions.CpuStat, ToString(cpu.OptionText)));
        if (trailer.Statistics.Select(s => s.WallOffset).FirstOrDefault(o => o is not null) is { } offset)
            options.Add((DatOptions.WallClock, ToString(offset.ToString(CultureInfo.InvariantCulture))));
        options.Add((DatOptions.CpuCount, BitConverter.GetBytes(cpus)));
        options.Add((DatOptions.TraceId, Guid.NewGuid().ToByteArray()[..8]));
        if (trailer.BuildIds.Length > 0) options.Add((DatOptions.BuildIds, ToString(trailer.BuildIds)));
        options.Add((DatOptions.Request, ToString(plan.Request)));
    }

    private static byte[] BufferOption(long section, RecordingPlan plan, IReadOnlyList<CpuPages> pages)
    {
        var data = new MemoryStream();
        var option = new SectionWriter(data);
        option.Number(section, 8);
        // The file has one buffer, which readers expect to be the top-level one: it has no name.
        option.String("");
        option.String(plan.Clock);
        option.Number(plan.PageSize, 4);
        option.Number(pages.Count, 4);
        foreach (var cpu in pages)
        {
            option.Number(cpu.Cpu, 4);
            option.Number(cpu.Offset, 8);
            option.Number(cpu.Size, 8);
        }
        return data.ToArray();
    }

    private static void WriteHead(SectionWriter writer, long optionsSection, long bufferSection, bool compressed)
    {
        const byte LittleEndian = 0, SizeOfLong = 8;
        var file = writer.Stream;
        file.Position = 0;
        file.Write([0x17, 0x08, 0x44]);
        file.Write("tracing7\0"u8);
        file.Write([LittleEndian, SizeOfLong]);
        writer.Number(Environment.SystemPageSize, 4);
        // Name and version of the compression; there is no version without compression.
        writer.String(compressed ? "zstd" : "none");
        writer.String(compressed ? Zstd.Version : "");
        writer.Number(optionsSection, 8);
        writer.Header(DatOptions.Strings, bufferSection - SectionWriter.HeaderSize - file.Position, false);
        writer.SectionNames();
    }

    private static byte[] ToString(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
