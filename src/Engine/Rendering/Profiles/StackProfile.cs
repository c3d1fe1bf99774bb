using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Adds up calls by the stack they were made from. Memory grows with the number of distinct stacks, never with the number of calls.
/// </summary>
internal sealed class StackProfile : CallStacks
{
    private readonly List<Node> _nodes = [default];
    private readonly Dictionary<long, int> _children = [];
    private readonly List<ProfileFrame> _frames = [];
    private readonly Dictionary<(CallGraph.FunctionKey Function, string? Task), int> _frameNumbers = [];
    private int[] _frameOfFunction = [];

    /// <summary>A stack: a function, and the stack it was called from.</summary>
    internal struct Node
    {
        /// <summary>The stack it was called from; 0 for a task, which stands outermost.</summary>
        public int Parent;

        /// <summary>The function or the task, as a number of <see cref="Frames"/>.</summary>
        public int Frame;

        /// <summary>How often the function was entered from there.</summary>
        public long Calls;

        /// <summary>Nanoseconds in the function itself.</summary>
        public long Self;
    }

    /// <summary>All stacks; [0] is none. A stack comes after the one it was called from.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>All functions and tasks.</summary>
    public IReadOnlyList<ProfileFrame> Frames => _frames;

    /// <summary>Whether any time is known.</summary>
    public bool HasTime => Calls > CallsWithoutTime;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _frameOfFunction = [];
    }

    /// <inheritdoc/>
    protected override void Named(TaskStack stack) => stack.Node = Child(0, TaskFrame(NameOf(stack)));

    /// <inheritdoc/>
    protected override void Entered(TaskStack stack, ref StackFrame frame, in CallRecord call, bool isEntry, long time)
    {
        frame.Node = Child(stack.Frames.Count > 0 ? stack.Frames[^1].Node : stack.Node, FunctionFrame(frame.Function));
        if (!isEntry) return;
        ref var node = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_nodes)[frame.Node];
        node.Calls++;
        if (call.SelfDuration > 0) node.Self += call.SelfDuration;
    }

    /// <inheritdoc/>
    protected override void Left(TaskStack stack, in StackFrame frame, long time) { }

    /// <summary>The frames of a stack, outermost (the task) first.</summary>
    public void Path(int node, List<int> path)
    {
        path.Clear();
        for (; node != 0; node = _nodes[node].Parent) path.Add(_nodes[node].Frame);
        path.Reverse();
    }

    private int Child(int parent, int frame)
    {
        ref var child = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_children, ((long)parent << 32) | (uint)frame, out var known);
        if (known) return child;
        _nodes.Add(new Node { Parent = parent, Frame = frame });
        return child = _nodes.Count - 1;
    }

    private int FunctionFrame(int function)
    {
        if (function >= _frameOfFunction.Length) Array.Resize(ref _frameOfFunction, Math.Max(function + 1, Names.Functions.Count) * 2);
        ref var frame = ref _frameOfFunction[function];
        if (frame == 0) frame = Number(new(Names.Functions[function]), null) + 1;
        return frame - 1;

        int Number(CallGraph.FunctionKey key, string? task)
        {
            if (_frameNumbers.TryGetValue((key, task), out var number)) return number;
            var symbol = Names.Functions[function];
            return Add((key, task), new ProfileFrame(DisplayText.Visible(symbol.Name.Length > 0 ? symbol.ToString() : "(not traced)"), symbol.SourceFile is { } file ? DisplayText.Visible(file) : null, symbol.SourceLine, false));
        }
    }

    private int TaskFrame(string name)
        => _frameNumbers.TryGetValue((default, name), out var number) ? number : Add((default, name), new ProfileFrame(name, null, null, true));

    private int Add((CallGraph.FunctionKey, string?) key, ProfileFrame frame)
    {
        _frameNumbers.Add(key, _frames.Count);
        _frames.Add(frame);
        return _frames.Count - 1;
    }
}
