using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes the begin and the end of each call on the track of its task. Only open calls are kept in memory.</summary>
internal abstract class Timeline : CallStacks, IDisposable
{
    private string[] _functions = [];
    private int _paths;

    /// <summary>The number of slices begun, including those of functions that are only known as callers.</summary>
    public long Slices { get; private set; }

    /// <summary>Notes about the limits of the timeline besides those of its calls, as sentences.</summary>
    public virtual IEnumerable<string> Notes => [];

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _functions = [];
    }

    /// <summary>Whether there is a critical path.</summary>
    public bool HasPaths => _paths > 0;

    /// <summary>Writes a critical path: its segments as slices of a track.</summary>
    public void Path(IReadOnlyList<PathSegment> path)
    {
        PathTrack(++_paths, PathSlices.TrackName(path[0]));
        foreach (var segment in path)
        {
            // A timeline begins at zero.
            if (segment.StartTime < 0) continue;
            Slices++;
            PathSlice(_paths, PathSlices.Name(segment), segment);
        }
    }

    /// <summary>Ends all open calls and completes the file.</summary>
    public void Finish(string title)
    {
        CloseAll();
        Complete(title);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a new track, or a new name of a track.</summary>
    /// <param name="track">The number of the track.</param>
    /// <param name="name">The name of the track.</param>
    /// <param name="process">The process id; 0 for idle and unknown tasks.</param>
    protected abstract void Track(int track, string name, int process);

    /// <summary>Writes the begin of a call.</summary>
    protected abstract void Begin(int track, string function, bool isEntry, long time);

    /// <summary>Writes the end of the innermost open call.</summary>
    protected abstract void End(int track, long time);

    /// <summary>Writes the track of a critical path.</summary>
    /// <param name="number">The number of the path, from 1.</param>
    /// <param name="name">The name of the track.</param>
    protected abstract void PathTrack(int number, string name);

    /// <summary>Writes a segment of a critical path.</summary>
    /// <param name="number">The number of the path.</param>
    /// <param name="name">The name of the slice.</param>
    /// <param name="segment">The segment.</param>
    protected abstract void PathSlice(int number, string name, PathSegment segment);

    /// <summary>Writes the end of the file.</summary>
    protected abstract void Complete(string title);

    /// <summary>Releases resources.</summary>
    protected virtual void Dispose(bool disposing) { }

    /// <inheritdoc/>
    protected override void Named(TaskStack stack)
    {
        var task = Names.Tasks[stack.Task];
        Track(stack.Number, NameOf(stack), Math.Max(0, task.ThreadGroupId ?? task.ProcessId));
    }

    /// <inheritdoc/>
    protected override void Entered(TaskStack stack, ref StackFrame frame, in CallRecord call, bool isEntry, long time)
    {
        Slices++;
        if (frame.Function >= _functions.Length)
            Array.Resize(ref _functions, Math.Max(frame.Function + 1, Names.Functions.Count) * 2);
        var name = _functions[frame.Function]
            ??= DisplayText.Visible(frame.Function == 0 ? FunctionText.Unknown : Names.Functions[frame.Function].ToString());
        Begin(stack.Number, name, isEntry, time);
    }

    /// <inheritdoc/>
    protected override void Left(TaskStack stack, in StackFrame frame, long time) => End(stack.Number, time);
}
