using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Recording;

/// <summary>
/// Writes trace.dat version 7 (format: docs/recording.md; trace-cmd.dat.v7(5)). The layout is one that needs no second pass over the trace:
/// a head of one page, then the pages of every CPU, then everything else. The strings section fills the head up to the header of the
/// trace's section, for a reader walks from section to section and finds no gap.
/// </summary>
internal static class TraceDatWriter
{
    internal const ushort Options = 0, Buffer = 3, Strings = 15, HeaderInfo = 16, FtraceEvents = 17, EventFormats = 18, KallSyms = 19, Printk = 20, CommandLines = 21, Modules = 25;

    /// <summary>Options of this tool's own; others pass over what they do not know. Text, see <see cref="KernelFacts.BuildIds"/>, and what was asked.</summary>
    internal const ushort BuildIds = 0x4B01, Asked = 0x4B02;

    private const int PackLevel = 3, PieceSize = 256 * 1024;

    private static readonly (ushort Id, string Name)[] Names =
    [
        (Options, "options"), (Buffer, "buffer flyrecord"), (Strings, "strings"), (HeaderInfo, "headers"), (FtraceEvents, "ftrace events"),
        (EventFormats, "events format"), (KallSyms, "kallsyms"), (Printk, "printk"), (CommandLines, "command lines"), (Modules, "modules"),
    ];

    /// <summary>Where the first CPU's pages begin: a page into the file, so that a reader can map them.</summary>
    public static long DataStart(int pageSize) => Math.Max(4096, pageSize);

    /// <summary>Writes the sections that tell of the kernel; any number of them, at wherever the stream is.</summary>
    /// <param name="to">The stream.</param>
    /// <param name="top">The top level of tracefs.</param>
    /// <param name="tracing">Where recording is done: sub-buffers can differ.</param>
    /// <param name="events">The events that are recorded: theirs are the formats that are needed.</param>
    public static void WriteKernel(Stream to, TraceFs top, TraceFs tracing, IReadOnlyList<ChosenEvent> events)
    {
        Section(to, HeaderInfo, s =>
        {
            foreach (var name in (string[])["header_page", "header_event"])
            {
                s.Write(Encoding.ASCII.GetBytes(name + "\0"));
                var text = tracing.TryReadBytes("events/" + name) ?? top.TryReadBytes("events/" + name) ?? [];
                Number(s, text.Length, 8);
                s.Write(text);
            }
        });
        Section(to, FtraceEvents, s => Formats(s, top, "ftrace", top.Directories("events/ftrace")));
        Section(to, EventFormats, s =>
        {
            var systems = events.GroupBy(e => e.System).ToList();
            Number(s, systems.Count, 4);
            foreach (var system in systems)
            {
                s.Write(Encoding.UTF8.GetBytes(system.Key + "\0"));
                Formats(s, top, system.Key, system.Select(e => e.Name));
            }
        });
        Section(to, KallSyms, s => Text(s, TraceFs.ReadBytes("/proc/kallsyms").Bytes, 4));
        Section(to, Printk, s => Text(s, top.TryReadBytes("printk_formats") ?? [], 4));
        Section(to, Modules, s => Text(s, KernelFacts.Modules, 8));
    }

    /// <summary>The sections in a file of <see cref="WriteKernel"/>: id, offset, and size without the header.</summary>
    private static List<(ushort Id, long Offset, int Size)> SectionsIn(Stream file)
    {
        var found = new List<(ushort, long, int)>();
        var header = new byte[16];
        for (long at = 0; at + 16 <= file.Length;)
        {
            file.Position = at;
            file.ReadExactly(header);
            var size = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
            if (size < 0 || size > file.Length - at - 16 || size > int.MaxValue) break;
            found.Add((BinaryPrimitives.ReadUInt16LittleEndian(header), at, (int)size));
            at += 16 + size;
        }
        return found;
    }

    /// <summary>Writes everything but the pages, which are in place already.</summary>
    /// <param name="file">The file; the pages begin at <see cref="DataStart"/>.</param>
    /// <param name="plan">The recording.</param>
    /// <param name="data">Where the pages are, every CPU the machine can have once.</param>
    /// <param name="kernel">A file of <see cref="WriteKernel"/>.</param>
    /// <param name="end">What is known at the end only.</param>
    /// <param name="packed">The pages are packed; so is the rest.</param>
    public static void Complete(Stream file, RecordingPlan plan, IReadOnlyList<CpuData> data, Stream kernel, TraceDatEnd end, bool packed)
    {
        var start = DataStart(plan.PageSize);
        var after = Math.Max(start, data.Max(d => d.Offset + d.Size));
        file.Position = start - 16;
        SectionHeader(file, Buffer, after - start, packed);
        file.Position = after;
        var options = new List<(ushort Id, byte[] Data)>();
        foreach (var (id, offset, size) in SectionsIn(kernel))
        {
            options.Add((id, Bytes(file.Position)));
            var content = new byte[size];
            kernel.Position = offset + 16;
            kernel.ReadExactly(content);
            Section(file, id, s => s.Write(content), packed);
        }
        options.Add((CommandLines, Bytes(file.Position)));
        Section(file, CommandLines, s => Text(s, end.CommandLines, 8), packed);
        options.Add((4, Chars(end.TraceClock + "\n")));
        options.Add((5, Chars(end.Uname)));
        options.Add((9, Chars(end.Version)));
        foreach (var statistics in end.CpuStatistics) options.Add((2, Chars(statistics)));
        options.Add((8, BitConverter.GetBytes(data.Count)));
        options.Add((11, Guid.NewGuid().ToByteArray()[..8]));
        if (end.BuildIds.Length > 0) options.Add((BuildIds, Chars(end.BuildIds)));
        options.Add((Asked, Chars(plan.Asked)));
        options.Add((Buffer, BufferOption(start - 16, plan, data)));
        options.Add((0, Bytes(0)));
        var optionsAt = file.Position;
        Section(file, Options, s =>
        {
            foreach (var (id, bytes) in options)
            {
                Number(s, id, 2);
                Number(s, bytes.Length, 4);
                s.Write(bytes);
            }
        });
        var total = file.Position;
        file.Position = 0;
        // Magic, version, little endian, size of a long, page size, no packing, where the options are.
        file.Write([0x17, 0x08, 0x44]);
        file.Write("tracing7\0"u8);
        file.Write([BitConverter.IsLittleEndian ? (byte)0 : (byte)1, 8]);
        Number(file, Environment.SystemPageSize, 4);
        file.Write(packed ? Encoding.ASCII.GetBytes($"zstd\0{Zstd.Version}\0") : "none\0\0"u8);
        Number(file, optionsAt, 8);
        SectionHeader(file, Strings, start - 32 - file.Position, false);
        foreach (var (_, name) in Names) file.Write(Encoding.ASCII.GetBytes(name + "\0"));
        file.Flush();
        file.SetLength(total);
    }

    private static byte[] BufferOption(long section, RecordingPlan plan, IReadOnlyList<CpuData> data)
    {
        var option = new MemoryStream();
        Number(option, section, 8);
        option.WriteByte(0); // the top-level buffer, as far as a reader is concerned: there is only one
        option.Write(Chars(plan.Clock));
        Number(option, plan.PageSize, 4);
        Number(option, data.Count, 4);
        foreach (var cpu in data)
        {
            Number(option, cpu.Cpu, 4);
            Number(option, cpu.Offset, 8);
            Number(option, cpu.Size, 8);
        }
        return option.ToArray();
    }

    private static void Formats(Stream to, TraceFs top, string system, IEnumerable<string> events)
    {
        var formats = events.Select(e => top.TryReadBytes($"events/{system}/{e}/format")).Where(f => f is { Length: > 0 }).ToList();
        Number(to, formats.Count, 4);
        foreach (var format in formats) Text(to, format!, 8);
    }

    private static void Text(Stream to, byte[] text, int sizeBytes)
    {
        Number(to, text.Length, sizeBytes);
        to.Write(text);
    }

    private static void Section(Stream to, ushort id, Action<Stream> content, bool packed = false)
    {
        if (packed)
        {
            var plain = new MemoryStream();
            content(plain);
            var bytes = plain.GetBuffer().AsSpan(0, (int)plain.Length);
            var frame = Zstd.Compress(bytes, PackLevel);
            SectionHeader(to, id, frame.Length + 8, true);
            Number(to, frame.Length, 4);
            Number(to, bytes.Length, 4);
            to.Write(frame);
            return;
        }
        var at = to.Position;
        SectionHeader(to, id, 0, false);
        content(to);
        var end = to.Position;
        to.Position = at + 8;
        Number(to, end - at - 16, 8);
        to.Position = end;
    }

    private static void SectionHeader(Stream to, ushort id, long size, bool packed)
    {
        Number(to, id, 2);
        Number(to, packed ? 1 : 0, 2);
        Number(to, NameAt(id), 4);
        Number(to, size, 8);
    }

    /// <summary>Writes one CPU's pages, packed in pieces, on all cores.</summary>
    /// <param name="to">The stream, where the CPU's data is to begin.</param>
    /// <param name="pages">The pages.</param>
    /// <param name="offset">Where they begin.</param>
    /// <param name="size">How many bytes of them there are.</param>
    /// <param name="pageSize">Size of one.</param>
    /// <param name="hasRoom">Whether there is room to go on.</param>
    /// <exception cref="IOException">There is none.</exception>
    public static void Pack(Stream to, Stream pages, long offset, long size, int pageSize, Func<bool> hasRoom)
    {
        var piece = Math.Max(PieceSize / pageSize, 1) * pageSize;
        Number(to, (size + piece - 1) / piece, 4);
        pages.Position = offset;
        var batch = new byte[Math.Max(Environment.ProcessorCount, 1) * 2][];
        var frames = new byte[batch.Length][];
        for (var left = size; left > 0;)
        {
            if (!hasRoom()) throw new IOException("too little space is free");
            var count = 0;
            for (; count < batch.Length && left > 0; count++)
            {
                batch[count] = new byte[Math.Min(piece, left)];
                pages.ReadExactly(batch[count]);
                left -= batch[count].Length;
            }
            Parallel.For(0, count, i => frames[i] = Zstd.Compress(batch[i], PackLevel));
            for (var i = 0; i < count; i++)
            {
                Number(to, frames[i].Length, 4);
                Number(to, batch[i].Length, 4);
                to.Write(frames[i]);
            }
        }
    }

    private static int NameAt(ushort id)
    {
        var at = 0;
        foreach (var (known, name) in Names)
        {
            if (known == id) break;
            at += name.Length + 1;
        }
        return at;
    }

    private static byte[] Bytes(long value) => BitConverter.GetBytes(value);

    private static byte[] Chars(string text) => Encoding.UTF8.GetBytes(text + "\0");

    /// <summary>Writes a number in the machine's own order, which the head of the file tells.</summary>
    private static void Number(Stream to, long value, int size)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        to.Write(bytes[..size]);
    }
}
