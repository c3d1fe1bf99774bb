using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Reads trace-cmd's trace.dat, versions 6 and 7: binary ring buffer pages per CPU, with everything needed to decode them.
/// See docs/formats/trace-dat.md.
/// </summary>
internal sealed class TraceDatReader : TraceReader
{
    private DatFile? _file;
    private DatMetadata? _metadata;
    private RecordedTracer? _tracer;

    internal TraceDatReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        Description.Format = "trace.dat";
        // Compressed or piped input is first written to a file, which can take long, so it waits for the first reading.
        if (input.IsFile) _ = Metadata(default);
    }

    /// <summary>Whether a file begins with this format's magic bytes.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => head.StartsWith(DatHeader.Magic);

    private protected override CallNesting? FindNesting(CancellationToken cancel) => Tracer(Metadata(cancel)).Nesting;

    /// <inheritdoc/>
    public override bool? StartsWithCalls(CancellationToken cancel) => Tracer(Metadata(cancel)).HasCalls;

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var metadata = Metadata(dispatch.Cancel);
        if (metadata.Header.BigEndian) Read<BigEndian>(metadata, dispatch);
        else Read<LittleEndian>(metadata, dispatch);
    }

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        var metadata = Metadata(dispatch.Cancel);
        if (metadata.Header.BigEndian) ReadEvents<BigEndian>(metadata, dispatch);
        else ReadEvents<LittleEndian>(metadata, dispatch);
    }

    private void ReadEvents<TOrder>(DatMetadata metadata, EventDispatch dispatch) where TOrder : struct, IByteOrder
    {
        var statistics = new TraceStatistics();
        var tracer = Tracer(metadata);
        var streams = NewStreams(metadata, statistics);
        var reading = new DatEventReading<TOrder>(_file!, metadata, tracer, streams, Names, dispatch, statistics);
        reading.Run();
        if (reading.NotPlaced is not null)
        {
            if (tracer.Nesting is null) _tracer = tracer = tracer with { CallEvent = "funcgraph_entry", Nesting = CallNesting.Stack };
            (Description.Nesting, Description.NotPlaced) = (tracer.Nesting ?? CallNesting.Caller, reading.NotPlaced);
            Description.LeafReturns = reading.LeafReturns;
        }
        Complete(metadata, tracer, statistics);
    }

    private void Read<TOrder>(DatMetadata metadata, CallDispatch dispatch) where TOrder : struct, IByteOrder
    {
        var statistics = new TraceStatistics();
        var tracer = Tracer(metadata);
        var streams = NewStreams(metadata, statistics);
        var reading = new DatReading<TOrder>(_file!, metadata, tracer, streams, Names, dispatch, statistics);
        reading.Run();
        // A recording whose first pages contain no calls.
        if (reading.NotPlaced is not null && tracer.Nesting is null)
            _tracer = tracer = tracer with { CallEvent = "funcgraph_entry", Nesting = CallNesting.Stack };
        (Description.Nesting, Description.NotPlaced) = (tracer.Nesting ?? CallNesting.Caller, reading.NotPlaced);
        Description.LeafReturns = reading.LeafReturns;
        Complete(metadata, tracer, statistics);
    }

    private void Complete(DatMetadata metadata, RecordedTracer tracer, TraceStatistics statistics)
    {
        foreach (var warning in metadata.Warnings) statistics.Warn(warning);
        AddKernelCounts(metadata, statistics);
        if (_file!.Unreadable is { } unreadable) statistics.Warn(unreadable);
        statistics.WriteTo(Description, tracer.CallEvent);
        Description.Tracer = statistics.Calls == 0 ? null : tracer.CallEvent == "function" ? "function" : "function_graph";
    }

    private RecordedTracer Tracer(DatMetadata metadata)
    {
        if (_tracer is not null) return _tracer;
        var streams = NewStreams(metadata, new TraceStatistics());
        return _tracer = metadata.Header.BigEndian
            ? RecordedTracer.Detect<BigEndian>(_file!, metadata, streams, Names)
            : RecordedTracer.Detect<LittleEndian>(_file!, metadata, streams, Names);
    }

    /// <summary>Adds the kernel's own counts of losses for the buffers that are read.</summary>
    private void AddKernelCounts(DatMetadata metadata, TraceStatistics statistics)
    {
        foreach (var ((buffer, cpu), lost) in metadata.Statistics.All)
            if (Options.Instance is null || Options.Instance == buffer)
                statistics.KernelLost(cpu, lost);
    }

    /// <summary>The data to read: of all buffer instances, or of the requested one.</summary>
    private List<CpuStream> NewStreams(DatMetadata metadata, TraceStatistics statistics)
    {
        var refused = Overlapping(metadata);
        if (refused.Sum(data => data.Count) is > 0 and var several)
            statistics.Warn(
                $"the CPU table is damaged: the data of {several} CPUs overlap those of other CPUs and were skipped");
        var streams = new List<CpuStream>();
        for (var i = 0; i < metadata.Buffers.Count; i++)
        {
            var buffer = metadata.Buffers[i];
            if (Options.Instance is { } instance && instance != buffer.Name) continue;
            foreach (var data in buffer.Cpus)
                if (data.Size > 0 && !refused[i].Contains(data))
                    streams.Add(new CpuStream(_file!, metadata.Header, buffer, i, data));
        }
        if (Options.Instance is { } name && metadata.Buffers.All(b => b.Name != name))
        {
            var available = metadata.Buffers.Select(b => b.Name.Length == 0 ? "'' (the top-level buffer)" : $"'{b.Name}'");
            throw new KernelMagnifierException(ErrorCode.InstanceNotFound, Input.Name,
                $"the recording has no buffer instance '{name}'.",
                $"Choose one of: {string.Join(", ", available)}.");
        }
        return streams;
    }

    /// <summary>
    /// Data that the CPU table assigns to two CPUs are read once; otherwise a small file could cause endless work.
    /// </summary>
    private static HashSet<BufferInstance.CpuData>[] Overlapping(DatMetadata metadata)
    {
        HashSet<BufferInstance.CpuData>[] refused =
            [.. metadata.Buffers.Select(_ => new HashSet<BufferInstance.CpuData>(new SeededComparer<BufferInstance.CpuData>()))];
        var end = 0L;
        var all = metadata.Buffers.SelectMany((b, i) => b.Cpus.Where(c => c.Size > 0).Select(c => (Buffer: i, Data: c)));
        foreach (var (buffer, data) in all.OrderBy(c => c.Data.Offset))
        {
            if (data.Offset < end) refused[buffer].Add(data);
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
        Source.WallOffset = Description.ClockUnit == ClockUnit.Nanoseconds ? metadata.WallOffset : null;
        (Description.KernelRelease, Description.Machine) = (metadata.KernelRelease, metadata.Machine);
        Source.HostName = metadata.HostName;
        Description.BuildId = metadata.BuildId;
        Names.SetKernel(metadata.Kernel);
        Description.Cpus = metadata.Cpus;
        Description.Instances = [.. metadata.Buffers.Select(b => b.Name).Where(n => n.Length > 0)];
        return _metadata = metadata;
    }

    /// <summary>
    /// The unit of the clock: <c>trace_clocks</c> in <c>kernel/trace/trace.c</c>, and trace-cmd's own conversion of cycles.
    /// </summary>
    internal static ClockUnit ClockUnitOf(DatMetadata metadata)
        => metadata.Times.Multiplier != 0
            || metadata.Clock is null or "local" or "global" or "perf" or "mono" or "mono_raw" or "boot" or "tai" or "tsc2nsec"
            ? ClockUnit.Nanoseconds : ClockUnit.Counts;
}
