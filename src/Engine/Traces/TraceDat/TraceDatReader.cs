using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads trace-cmd's trace.dat, versions 6 and 7: binary ring-buffer pages per CPU, with all that is needed to understand
/// them. See docs/formats/trace-dat.md.
/// </summary>
internal sealed class TraceDatReader : TraceReader
{
    private DatFile? _file;
    private DatMetadata? _metadata;

    internal TraceDatReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        Description.Format = "trace.dat";
        // What is packed or piped is unpacked to a file first, which may take long: not before somebody reads.
        if (input.IsFile) _ = Metadata(default);
    }

    /// <summary>Whether a file starts like this format.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => head.StartsWith(DatHeader.Magic);

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var metadata = Metadata(dispatch.Cancel);
        if (metadata.Header.BigEndian) Read<BigEndian>(metadata, dispatch);
        else Read<LittleEndian>(metadata, dispatch);
    }

    private void Read<TOrder>(DatMetadata metadata, CallDispatch dispatch) where TOrder : struct, IByteOrder
    {
        var statistics = new TraceStatistics();
        var reading = new DatReading<TOrder>(_file!, metadata, NewStreams(metadata, statistics), Names, dispatch, statistics);
        reading.Run();
        foreach (var warning in metadata.Warnings) statistics.Warn(warning);
        WarnOfMoreLosses(metadata, reading.Streams, statistics);
        if (_file!.Unreadable is { } unreadable) statistics.Warn(unreadable);
        statistics.WriteTo(Description, reading.CallKind);
        Description.Tracer = statistics.Calls == 0 ? null : reading.CallKind == "function" ? "function" : "function_graph";
    }

    /// <summary>Pages may only say that events were lost, or the last may have been lost behind all pages: the kernel's own count knows.</summary>
    private static void WarnOfMoreLosses(DatMetadata metadata, IEnumerable<CpuStream> streams, TraceStatistics statistics)
    {
        foreach (var cpu in streams.GroupBy(s => s.Cpu).OrderBy(g => g.Key))
        {
            var (told, counted) = (cpu.Sum(s => metadata.Statistics.Lost(s.Buffer.Name, s.Cpu)), statistics.LostOn(cpu.Key));
            if (told > counted)
                statistics.Warn($"CPU {cpu.Key} lost {told} events by the kernel's own count at the end of the recording; {counted} of them are accounted for in the data");
        }
    }

    /// <summary>The pieces to read: every buffer, or the one asked for.</summary>
    private List<CpuStream> NewStreams(DatMetadata metadata, TraceStatistics statistics)
    {
        var refused = Overlapping(metadata);
        if (refused.Count > 0) statistics.Warn($"{refused.Count} CPUs' data overlap those of other CPUs and were left out: the table of CPUs is damaged");
        var streams = new List<CpuStream>();
        for (var i = 0; i < metadata.Buffers.Count; i++)
        {
            var buffer = metadata.Buffers[i];
            if (Options.Instance is { } instance && instance != buffer.Name) continue;
            streams.AddRange(buffer.Cpus.Where(c => c.Size > 0 && !refused.Contains((i, c))).Select(c => new CpuStream(_file!, metadata.Header, buffer, i, c)));
        }
        if (Options.Instance is { } name && metadata.Buffers.All(b => b.Name != name))
        {
            var there = string.Join(", ", metadata.Buffers.Select(b => b.Name.Length == 0 ? "'' (the top-level buffer)" : $"'{b.Name}'"));
            throw new TraceException(Input.Name, $"there is no buffer instance '{name}' in this recording. It has: {there}.");
        }
        return streams;
    }

    /// <summary>Data that two CPUs claim are read once: else a small file could make work without end.</summary>
    private static HashSet<(int Buffer, DatBuffer.CpuData Data)> Overlapping(DatMetadata metadata)
    {
        var refused = new HashSet<(int, DatBuffer.CpuData)>();
        var end = 0L;
        foreach (var (buffer, data) in metadata.Buffers.SelectMany((b, i) => b.Cpus.Where(c => c.Size > 0).Select(c => (i, c))).OrderBy(c => c.c.Offset))
        {
            if (data.Offset < end) refused.Add((buffer, data));
            else end = data.Offset + Math.Min(data.Size, long.MaxValue / 2);
        }
        return refused;
    }

    private DatMetadata Metadata(CancellationToken cancel)
    {
        if (_metadata is not null) return _metadata;
        var (handle, length) = Input.OpenFile(cancel);
        _file = new DatFile(handle, length);
        var metadata = DatMetadata.Read(_file, Input.Name);
        Description.FormatVersion = metadata.Header.Version;
        Description.Compression ??= metadata.Header.Compression;
        Description.Clock = metadata.Clock;
        Description.ClockUnit = ClockUnitOf(metadata);
        Description.KernelRelease = metadata.KernelRelease;
        Description.BuildId = metadata.BuildId;
        Names.Recognize(metadata.Kernel);
        Description.Cpus = metadata.Cpus;
        return _metadata = metadata;
    }

    /// <summary>Which clocks count nanoseconds: <c>trace_clocks</c> in <c>kernel/trace/trace.c</c>, and trace-cmd's own, made of cycles.</summary>
    private static ClockUnit ClockUnitOf(DatMetadata metadata)
        => metadata.Times.Multiplier != 0
            || metadata.Clock is null or "local" or "global" or "perf" or "mono" or "mono_raw" or "boot" or "tai" or "tsc2nsec"
            ? ClockUnit.Nanoseconds : ClockUnit.Counts;
}
