using KernelMagnifier.Files;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes the calls of recordings as a profile for other tools. The extension chooses the format. Pass the calls, then call
/// <see cref="Commit"/>.
/// </summary>
internal sealed class ProfileWriter : CallSink, IDisposable
{
    private readonly string _path, _format;
    private readonly string? _title;
    private readonly ProfileWeight _weight;
    private readonly OutputFile _file;
    private readonly CallStacks _stacks;
    private TraceContext? _context;

    private ProfileWriter(string path, string format, string? title, ProfileWeight weight, OutputFile file)
    {
        (_path, _format, _title, _weight, _file) = (path, format, title, weight, file);
        _stacks = format switch
        {
            ProfileFormats.ChromeTrace => new ChromeTrace(file.Stream),
            ProfileFormats.Perfetto => new PerfettoTrace(file.Stream),
            _ => new StackProfile(),
        };
        if (_stacks is PerfettoTrace trace) Events = new ProfileEvents(this, trace.Events);
    }

    /// <summary>Begins a profile. The file appears complete or not at all.</summary>
    /// <param name="path">The file. Its extension is one of <see cref="ProfileFormats.OfStacks"/>.</param>
    /// <param name="title">The title; null for the names of the recordings.</param>
    /// <param name="weight">The weight of stacks. A timeline has none, and a pprof profile has both.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="inputs">The files that are read, which may not be replaced.</param>
    /// <param name="cancel">Ends the waiting for somebody who reads a FIFO.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.FormatUnknown"/>: the extension is not one of them; or the file cannot be written.
    /// </exception>
    public static ProfileWriter Create(
        string path, string? title, ProfileWeight weight, bool force, IReadOnlyList<InputIdentity>? inputs = null,
        CancellationToken cancel = default)
        => ProfileFormats.Of(path) is { } format && ProfileFormats.OfStacks.Values.Contains(format)
            ? new ProfileWriter(path, format, title, weight, OutputFile.Create(path, force, inputs, cancel))
            : throw FileFormat.Unknown(path, Path.GetExtension(path), [.. ProfileFormats.OfStacks.Keys]);

    /// <summary>The number of calls so far.</summary>
    public long Calls => _stacks.Calls;

    /// <summary>The number of kernel events so far; null if the format does not hold them.</summary>
    public long? EventCount => (_stacks as PerfettoTrace)?.Events.Count;

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Calls == 0 && EventCount is null or 0 && _stacks is not Timeline { HasPaths: true };

    /// <summary>
    /// Receives the kernel events of a recording, and its calls with them; null if the format does not hold events.
    /// </summary>
    public EventSink? Events { get; }

    /// <inheritdoc/>
    public override CallFields Fields => _stacks.Fields;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _stacks.Warnings;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        foreach (var source in context.Source.Parts) _file.Refuse(source.Inputs);
        _stacks.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        try
        {
            _stacks.Accept(calls);
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(_path, error);
        }
    }

    /// <summary>Adds a single call of any recording.</summary>
    public void Add(CallEvent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!ReferenceEquals(call.Origin, _context)) Begin(_context = call.Origin);
        Accept(new ReadOnlySpan<CallRecord>(in call.Record));
    }

    /// <summary>Adds a stack that was counted elsewhere.</summary>
    /// <param name="context">Has the names of the functions.</param>
    /// <param name="task">The name of what is outermost.</param>
    /// <param name="functions">The functions, outermost first.</param>
    /// <param name="calls">How often the stack was counted.</param>
    /// <param name="self">The time of the stack in nanoseconds; -1 if it has none.</param>
    /// <exception cref="KernelMagnifierException">The format is a timeline, which has no place for counts.</exception>
    public void Add(TraceContext context, string task, IEnumerable<string> functions, long calls, long self)
    {
        if (_stacks is not StackProfile profile)
            throw new KernelMagnifierException(ErrorCode.FormatUnknown, _path,
                "Counted stacks have no times, so they are no timeline.",
                "Write .folded, .speedscope.json or .pb.gz.");
        if (!ReferenceEquals(context, _context)) Begin(_context = context);
        profile.Add(task, functions, calls, self);
    }

    /// <summary>Adds a single kernel event of any recording.</summary>
    /// <exception cref="InvalidOperationException">The format does not hold events.</exception>
    public void Add(KernelEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Add(item.Origin, item.Record);
    }

    /// <inheritdoc cref="Add(KernelEvent)"/>
    public void Add(TraceContext context, in EventRecord record)
    {
        if (Events is null) throw new InvalidOperationException($"A profile in the format {_format} holds no events.");
        if (!ReferenceEquals(context, _context)) Begin(_context = context);
        Events.Accept(in record);
    }

    /// <summary>Adds a critical path of a recording.</summary>
    /// <param name="path">Its segments in time order; not empty.</param>
    /// <exception cref="InvalidOperationException">The format is no timeline.</exception>
    public void Add(IReadOnlyList<PathSegment> path)
    {
        if (_stacks is not Timeline timeline)
            throw new InvalidOperationException($"A profile in the format {_format} holds no paths.");
        try
        {
            timeline.Path(path);
        }
        catch (IOException error)
        {
            throw NotWritten(error);
        }
    }

    /// <summary>The error of a file that cannot be written.</summary>
    internal KernelMagnifierException NotWritten(IOException error) => OutputFile.NotWritten(_path, error);

    /// <summary>Completes the file and moves it to its path.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.NoDurations"/>: the weight is time, and the calls have no durations; or the file cannot be written.
    /// </exception>
    public ProfileExport Commit()
    {
        var title = ProfileMarks.Title(_stacks, _title);
        try
        {
            var (items, byTime) = _stacks is StackProfile profile
                ? WriteStacks(profile, title) : (FinishTimeline((Timeline)_stacks, title), true);
            _file.Commit();
            var notes = string.Join(" ", ProfileMarks.Of(_stacks, _stacks is Timeline, byTime));
            return new ProfileExport(_path, _format, _stacks.Calls, items, _stacks.IsRebuilt, notes.Length > 0 ? notes : null)
            {
                Events = EventCount,
            };
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(_path, error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_stacks as IDisposable)?.Dispose();
        _file.Dispose();
    }

    private (long Items, bool ByTime) WriteStacks(StackProfile profile, string title)
    {
        if (_weight == ProfileWeight.Time && !profile.HasTime)
        {
            throw new KernelMagnifierException(ErrorCode.NoDurations, _path,
                "The calls have no durations, because the recording has no returns, so stacks cannot be weighted by time.",
                "Record with the function_graph tracer, or weight stacks by calls.");
        }
        profile.Complete();
        var byTime = profile.HasTime && _weight != ProfileWeight.Calls;
        string[] marks = [.. ProfileMarks.Of(profile, isTimeline: false, byTime)];
        switch (_format)
        {
            case ProfileFormats.Speedscope: SpeedscopeWriter.Write(profile, title, marks, byTime, _file.Stream); break;
            case ProfileFormats.Pprof: PprofWriter.Write(profile, marks, byTime, _file.Stream); break;
            default: FoldedWriter.Write(profile, byTime, _file.Stream); break;
        }
        return (profile.Nodes.Skip(1).LongCount(n => n.Calls > 0), byTime);
    }

    private static long FinishTimeline(Timeline timeline, string title)
    {
        timeline.Finish(title);
        return timeline.Slices;
    }
}
