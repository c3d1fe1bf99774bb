using KernelMagnifier.Files;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes the calls of recordings as a profile for other tools; the extension chooses the format. A sink: give it the calls, then <see cref="Commit"/>.</summary>
public sealed class ProfileWriter : CallSink, IDisposable
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
    }

    /// <summary>Begins a profile; the file appears whole or not at all.</summary>
    /// <param name="path">The file; its extension is one of <see cref="ProfileFormats.OfStacks"/>.</param>
    /// <param name="title">What it is called; null for the recordings' names.</param>
    /// <param name="weight">What stacks weigh. A timeline has no weights, and a pprof profile has both.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <exception cref="RenderException">The file cannot be written.</exception>
    public static ProfileWriter Create(string path, string? title, ProfileWeight weight, bool force)
    {
        if (ProfileFormats.Of(path) is not { } format || !ProfileFormats.OfStacks.Values.Contains(format))
            throw new RenderException($"{path}: the extension chooses the format. A profile is written as {string.Join(", ", ProfileFormats.OfStacks.Keys)}.");
        return new ProfileWriter(path, format, title, weight, OutputFile.Create(path, force));
    }

    /// <summary>Calls taken so far.</summary>
    public long Calls => _stacks.Calls;

    /// <inheritdoc/>
    public override CallFields Fields => _stacks.Fields;

    /// <inheritdoc/>
    public override bool InOrder => true;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => _stacks.Begin(context);

    /// <inheritdoc/>
    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        try
        {
            _stacks.Accept(calls);
        }
        catch (IOException error)
        {
            throw NotWritten(error);
        }
    }

    /// <summary>Takes a call that comes by itself, of any recording.</summary>
    public void Add(CallEvent call)
    {
        ArgumentNullException.ThrowIfNull(call);
        if (!ReferenceEquals(call.Origin, _context)) Begin(_context = call.Origin);
        Accept(new ReadOnlySpan<CallRecord>(in call.Record));
    }

    /// <summary>Completes the file and puts it in its place.</summary>
    /// <exception cref="RenderException">The file cannot be written, or time was asked for and the recording has none.</exception>
    public ProfileExport Commit()
    {
        var title = ProfileMarks.Title(_stacks, _title);
        try
        {
            long items;
            bool byTime;
            if (_stacks is StackProfile profile)
            {
                if (_weight == ProfileWeight.Time && !profile.HasTime)
                    throw new RenderException("The calls have no durations, so there is no time to weigh stacks by: the recording has no returns. Record with the function_graph tracer, or weigh by calls.");
                byTime = profile.HasTime && _weight != ProfileWeight.Calls;
                string[] marks = [.. ProfileMarks.Of(profile, isTimeline: false, byTime)];
                switch (_format)
                {
                    case ProfileFormats.Speedscope: SpeedscopeWriter.Write(profile, title, marks, byTime, _file.Stream); break;
                    case ProfileFormats.Pprof: PprofWriter.Write(profile, marks, byTime, _file.Stream); break;
                    default: FoldedWriter.Write(profile, byTime, _file.Stream); break;
                }
                items = profile.Nodes.Skip(1).LongCount(n => n.Calls > 0);
            }
            else
            {
                var timeline = (Timeline)_stacks;
                byTime = true;
                timeline.Finish(title);
                items = timeline.Slices;
            }
            _file.Commit();
            var notes = string.Join(" ", ProfileMarks.Of(_stacks, _stacks is Timeline, byTime));
            return new ProfileExport(_path, _format, _stacks.Calls, items, _stacks.IsRebuilt, notes.Length > 0 ? notes : null);
        }
        catch (IOException error)
        {
            throw NotWritten(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (_stacks as IDisposable)?.Dispose();
        _file.Dispose();
    }

    private KernelMagnifierException NotWritten(IOException error) => OutputFile.NotWritten(_path, error);
}
