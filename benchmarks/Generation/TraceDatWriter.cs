using System.Buffers.Binary;
using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes a trace.dat, version 7: the sections of a real one, and generated ring buffer pages, here with events of the function
/// tracer.
/// </summary>
/// <remarks>
/// trace-cmd.dat.v7(5); pages and records as in <c>kernel/trace/ring_buffer.c</c>, the event as <c>struct ftrace_entry</c>.
/// </remarks>
internal static class TraceDatWriter
{
    // The event header with type_len and time_delta, then common_type, common_flags, common_preempt_count, common_pid, ip,
    // parent_ip.
    private const int RecordLength = 28, PageHead = 16;

    // trace-cmd compresses that many pages together.
    private const int PagesInChunk = 10;

    private readonly record struct Event(uint Common, int Pid, ulong Ip, ulong Parent);

    /// <summary>Writes a recording with about <paramref name="size"/> bytes of pages; 0 for a recording without events.</summary>
    /// <returns>The number of calls.</returns>
    public static long Write(RecordedCalls recorded, DatTemplate template, string path, long size, Dice dice, bool compressed)
    {
        long calls = 0;
        var tasks = recorded.Tasks.Where(t => t.Pid > 0).DistinctBy(t => t.Pid).Select(t => (t.Comm, t.Pid));
        WriteFile(template, path, tasks, recorded.Cpus, compressed, (writer, cpu) =>
        {
            var indices = Enumerable.Range(0, recorded.Calls.Length).Where(i => recorded.Calls[i].Cpu == cpu).ToArray();
            var share = (double)indices.Length / recorded.Calls.Length;
            var pages = (long)(size * share / template.PageSize);
            if (pages > 0) calls += Pages(writer, recorded, template, indices, pages, (int)(500 / share), dice, compressed);
        });
        return calls;
    }

    /// <summary>Writes a recording: everything but the pages, which a function writes for each CPU.</summary>
    /// <param name="template">Where formats and symbols come from.</param>
    /// <param name="path">The file.</param>
    /// <param name="tasks">The names and pids of the tasks.</param>
    /// <param name="cpuCount">The number of CPUs.</param>
    /// <param name="compressed">Whether the pages are in compressed chunks.</param>
    /// <param name="writePages">Writes the pages of a CPU.</param>
    public static void WriteFile(DatTemplate template, string path, IEnumerable<(string Comm, int Pid)> tasks, int cpuCount,
        bool compressed, Action<ByteWriter, int> writePages)
    {
        using var writer = new ByteWriter(path);
        writer.Write(template.HeaderStart);
        writer.Write(compressed ? "zstd\0" + "1.5.4\0" : "none\0\0");
        var optionsAt = writer.Length;
        writer.Number(0, 8);
        var places = WriteSections(writer, template, tasks, compressed);
        var bufferAt = writer.Length;
        Section(writer, DatTemplate.Buffer, compressed, 0);
        var cpus = new List<(long Offset, long Size)>();
        for (var cpu = 0; cpu < cpuCount; cpu++)
        {
            if (!compressed) writer.Align(template.PageSize);
            var start = writer.Length;
            writePages(writer, cpu);
            // The size of compressed data does not include the word with the number of chunks.
            cpus.Add((start, writer.Length == start ? 0 : writer.Length - start - (compressed ? 4 : 0)));
        }
        writer.Patch(bufferAt + 8, (ulong)(writer.Length - bufferAt - 16), 8);

        writer.Patch(optionsAt, (ulong)writer.Length, 8);
        var options = Options(template, cpuCount, places, bufferAt, cpus);
        Section(writer, DatTemplate.Done, isCompressed: false, options.Length);
        writer.Write(options);
    }

    private static Dictionary<int, long> WriteSections(
        ByteWriter writer, DatTemplate template, IEnumerable<(string Comm, int Pid)> tasks, bool compressed)
    {
        var names = new StringBuilder();
        foreach (var (comm, pid) in tasks) names.Append(pid).Append(' ').Append(comm).Append('\n');
        var places = new Dictionary<int, long>();
        foreach (var (id, data) in template.Sections)
        {
            var contents = data;
            if (id == DatTemplate.CommandLines)
            {
                var text = Encoding.UTF8.GetBytes(names.ToString());
                contents = new byte[8 + text.Length];
                BinaryPrimitives.WriteUInt64LittleEndian(contents, (ulong)text.Length);
                text.CopyTo(contents, 8);
            }
            places[id] = writer.Length;
            if (compressed) contents = Compress(contents);
            Section(writer, id, compressed, contents.Length);
            writer.Write(contents);
        }
        return places;
    }

    /// <summary>The contents of a compressed section: both sizes, and the compressed bytes.</summary>
    private static byte[] Compress(byte[] contents)
    {
        var bytes = new byte[8 + contents.Length + contents.Length / 128 + 1024];
        var length = Zstandard.Compress(contents, bytes.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), contents.Length);
        return bytes[..(8 + length)];
    }

    private static void Section(ByteWriter writer, int id, bool isCompressed, long size)
    {
        writer.Number((ulong)id, 2);
        writer.Number(isCompressed ? 1UL : 0, 2);
        writer.Number(0, 4);
        writer.Number((ulong)size, 8);
    }

    private static byte[] Options(
        DatTemplate template, int cpuCount, Dictionary<int, long> places, long bufferAt,
        List<(long Offset, long Size)> cpus)
    {
        using var bytes = new MemoryStream();
        using var into = new BinaryWriter(bytes);
        foreach (var (id, data) in template.Options) Option(id, data);
        Option(DatTemplate.CpuCount, BitConverter.GetBytes(cpuCount));
        foreach (var (id, place) in places) Option(id, BitConverter.GetBytes(place));
        using var buffer = new MemoryStream();
        using (var part = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true))
        {
            part.Write(bufferAt);
            part.Write("\0local\0"u8);
            part.Write(template.PageSize);
            part.Write(cpuCount);
            for (var cpu = 0; cpu < cpuCount; cpu++)
            {
                part.Write(cpu);
                part.Write(cpus[cpu].Offset);
                part.Write(cpus[cpu].Size);
            }
        }
        Option(DatTemplate.Buffer, buffer.ToArray());
        Option(DatTemplate.Done, new byte[8]);
        into.Flush();
        return bytes.ToArray();

        void Option(int id, byte[] data)
        {
            into.Write((ushort)id);
            into.Write(data.Length);
            into.Write(data);
        }
    }

    private static long Pages(
        ByteWriter writer, RecordedCalls recorded, DatTemplate template, int[] indices, long pages,
        int meanGap, Dice dice, bool compressed)
    {
        var events = Events(recorded, template, indices);
        var perPage = (template.PageSize - PageHead) / RecordLength;
        var chunk = new byte[template.PageSize * PagesInChunk];
        var output = new byte[chunk.Length + chunk.Length / 128 + 1024];
        ulong time = 20_000_000_000;
        var (at, end, variant) = (0, 0, 0);
        if (compressed) writer.Number((ulong)((pages + PagesInChunk - 1) / PagesInChunk), 4);
        for (long done = 0; done < pages;)
        {
            var count = (int)Math.Min(PagesInChunk, pages - done);
            for (var page = 0; page < count; page++) Fill(chunk.AsSpan(page * template.PageSize, template.PageSize));
            var bytes = chunk.AsSpan(0, count * template.PageSize);
            if (compressed)
            {
                var length = Zstandard.Compress(bytes, output);
                writer.Number((ulong)length, 4);
                writer.Number((ulong)bytes.Length, 4);
                bytes = output.AsSpan(0, length);
            }
            writer.Write(bytes);
            done += count;
        }
        return pages * perPage;

        void Fill(Span<byte> page)
        {
            page.Clear();
            for (var i = 0; i < perPage; i++)
            {
                if (at == end)
                {
                    (at, variant) = (dice.Below(indices.Length), RecordedCalls.Variant(dice));
                    end = Math.Min(at + RecordedCalls.RunLength(dice), indices.Length);
                }
                var gap = (uint)(1 + dice.Below(2 * meanGap));
                time += gap;
                if (i == 0)
                {
                    BinaryPrimitives.WriteUInt64LittleEndian(page, time);
                    BinaryPrimitives.WriteUInt64LittleEndian(page[8..], (ulong)(perPage * RecordLength));
                    gap = 0;
                }
                ref var call = ref events[at * RecordedCalls.Variants + variant];
                at++;
                var record = page[(PageHead + i * RecordLength)..];
                BinaryPrimitives.WriteUInt32LittleEndian(record, (RecordLength / 4 - 1) | (gap << 5));
                BinaryPrimitives.WriteUInt32LittleEndian(record[4..], call.Common);
                BinaryPrimitives.WriteInt32LittleEndian(record[8..], call.Pid);
                BinaryPrimitives.WriteUInt64LittleEndian(record[12..], call.Ip);
                BinaryPrimitives.WriteUInt64LittleEndian(record[20..], call.Parent);
            }
        }
    }

    private static Event[] Events(RecordedCalls recorded, DatTemplate template, int[] indices)
    {
        var byName = new Dictionary<string, int>();
        for (var i = 0; i < template.Symbols.Count; i++) byName.TryAdd(template.Symbols[i].Name, i);
        var addresses = new ulong[recorded.Functions.Length * RecordedCalls.Variants];
        for (var function = 0; function < recorded.Functions.Length; function++)
            for (var variant = 0; variant < RecordedCalls.Variants; variant++)
                // Variants, and names that the kernel does not have, get the address of another function.
                addresses[function * RecordedCalls.Variants + variant] = template.Symbols[variant == 0
                    && byName.TryGetValue(recorded.Functions[function].Name, out var known)
                    ? known : (int)((uint)(function * 7919 + variant * 104_729) % template.Symbols.Count)].Address;
        var events = new Event[indices.Length * RecordedCalls.Variants];
        for (var i = 0; i < indices.Length; i++)
        {
            ref var call = ref recorded.Calls[indices[i]];
            var common = Common(recorded.Flags[indices[i]]);
            for (var variant = 0; variant < RecordedCalls.Variants; variant++)
                // The return address is after the call instruction, inside the calling function.
                events[i * RecordedCalls.Variants + variant] = new Event(common, recorded.Tasks[call.Task].Pid,
                    addresses[call.Function * RecordedCalls.Variants + variant],
                    addresses[call.Caller * RecordedCalls.Variants + variant] + 5);
        }
        return events;
    }

    /// <summary>
    /// common_type 1, common_flags and common_preempt_count, parsed from the format of <c>trace_print_lat_fmt</c> in
    /// <c>kernel/trace/trace_output.c</c>.
    /// </summary>
    private static uint Common(string flags)
    {
        var bits = flags[0] switch { 'd' => 0x01u, 'b' => 0x40u, 'D' => 0x41u, _ => 0u }
            | flags[1] switch { 'N' => 0x24u, 'n' => 0x04u, 'p' => 0x20u, _ => 0u }
            | flags[2] switch { 'H' => 0x18u, 'h' => 0x08u, 's' => 0x10u, _ => 0u };
        var preempt = Nibble(flags[3]) | (Nibble(flags[4]) << 4);
        return 1u | (bits << 16) | (preempt << 24);
    }

    private static uint Nibble(char c) => char.IsAsciiHexDigit(c) ? (uint)Convert.ToInt32(c.ToString(), 16) : 0;
}
