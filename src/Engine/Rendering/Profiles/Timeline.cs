using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes each call as it comes: a beginning and an end, on the track of its task. Nothing is kept but the calls that are open.</summary>
internal abstract class Timeline : CallStacks, IDisposable
{
    private string[] _functions = [];

    /// <summary>Beginnings written, those of callers whose entry was not seen among them.</summary>
    public long Slices { get; private set; }

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _functions = [];
    }

    /// <summary>Ends what is open and completes the file.</summary>
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

    /// <summary>A new track, or a new name for one.</summary>
    /// <param name="track">Its number.</param>
    /// <param name="name">Its name.</param>
    /// <param name="process">The process; 0 for idle tasks and what is not known.</param>
    protected abstract void Track(int track, string name, int process);

    /// <summary>A call begins.</summary>
    protected abstract void Begin(int track, string function, bool isEntry, long time);

    /// <summary>A call ends.</summary>
    protected abstract void End(int track, long time);

    /// <summary>Completes the file.</summary>
    protected abstract void Complete(string title);

    /// <summary>Lets go of what it holds.</summary>
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
        if (frame.Function >= _functions.Length) Array.Resize(ref _functions, Math.Max(frame.Function + 1, Names.Functions.Count) * 2);
        var name = _functions[frame.Function] ??= DisplayText.Visible(frame.Function == 0 ? "(not traced)" : Names.Functions[frame.Function].ToString());
        Begin(stack.Number, name, isEntry, time);
    }

    /// <inheritdoc/>
    protected override void Left(TaskStack stack, in StackFrame frame, long time) => End(stack.Number, time);
}
