using System.Runtime.InteropServices;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Sums calls by stack. Memory grows with the number of distinct stacks, not with the number of calls.
/// </summary>
internal sealed class StackProfile : CallStacks
{
    private readonly List<Node> _nodes = [default];
    private NumberTable<int> _children = new();
    private readonly List<ProfileFrame> _frames = [];
    private Dictionary<CallGraph.FunctionKey, int> _frameOfKey = [];
    private Dictionary<string, int> _frameOfTask = [];
    private Dictionary<(int Task, int Stack), int> _nodeOfStack = [];
    private readonly List<int> _path = [];
    private int[] _frameOfFunction = [];
    private int _others;

    /// <summary>A stack: a function and the stack that called it.</summary>
    internal struct Node
    {
        /// <summary>The index of the calling stack; 0 for a task, which is outermost.</summary>
        public int Parent;

        /// <summary>The index of the function or task in <see cref="Frames"/>.</summary>
        public int Frame;

        /// <summary>The number of calls.</summary>
        public long Calls;

        /// <summary>The self time of the function, in nanoseconds.</summary>
        public long Self;
    }

    /// <summary>All stacks, after an unused first element. A stack follows the one that called it.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Whether tasks of the same name are one, whatever their process id.</summary>
    public bool TasksByName { get; init; }

    /// <summary>All functions and tasks.</summary>
    public IReadOnlyList<ProfileFrame> Frames => _frames;

    /// <summary>The calls of stacks beyond the <see cref="StateBudget"/>, which are counted as one stack.</summary>
    public long Folded { get; private set; }

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => Folded == 0 ? [] :
    [
        $"the calls have more than {DisplayText.Number(Names.Budget.ProfileStacks)} different stacks: "
            + $"{DisplayText.Count(Folded, "call")} of further ones are counted together, as {FunctionSymbol.OthersName}",
    ];

    /// <summary>Whether any call has a duration.</summary>
    public bool HasTime => Calls > CallsWithoutTime;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _frameOfFunction = [];
        _nodeOfStack.Clear();
    }

    /// <inheritdoc/>
    protected override void Named(TaskStack stack) => stack.Node = Child(0, TaskFrame(NameOf(stack, withId: !TasksByName)));

    /// <inheritdoc/>
    protected override void Entered(TaskStack stack, ref StackFrame frame, in CallRecord call, bool isEntry, long time)
    {
        frame.Node = Child(stack.Frames.Count > 0 ? stack.Frames[^1].Node : stack.Node, FunctionFrame(frame.Function));
        if (!isEntry) return;
        if (frame.Node == _others) Folded++;
        ref var node = ref CollectionsMarshal.AsSpan(_nodes)[frame.Node];
        node.Calls++;
        if (call.SelfDuration > 0) node.Self += call.SelfDuration;
    }

    /// <inheritdoc/>
    protected override bool TryTake(TaskStack stack, in CallRecord call)
    {
        var at = NodeOf(stack.Node, in call);
        if (at == _others) Folded++;
        ref var node = ref CollectionsMarshal.AsSpan(_nodes)[at];
        node.Calls++;
        if (call.SelfDuration > 0) node.Self += call.SelfDuration;
        return true;
    }

    /// <summary>Adds a stack that was counted elsewhere.</summary>
    /// <param name="task">The name of what is outermost.</param>
    /// <param name="functions">The functions, outermost first.</param>
    /// <param name="calls">How often the stack was counted.</param>
    /// <param name="self">The time of the stack in nanoseconds; -1 if it has none.</param>
    public void Add(string task, IEnumerable<string> functions, long calls, long self)
    {
        var at = Child(0, TaskFrame(DisplayText.Visible(task)));
        foreach (var function in functions) at = Child(at, FunctionFrame(Names.Function(function, null)));
        if (at == _others) Folded += calls;
        ref var node = ref CollectionsMarshal.AsSpan(_nodes)[at];
        node.Calls = long.CreateSaturating((Int128)node.Calls + calls);
        if (self > 0) node.Self = long.CreateSaturating((Int128)node.Self + self);
        Counted(calls, self >= 0);
    }

    /// <summary>The node of the stack of a call. Calls whose entries are not in the recording are left out.</summary>
    private int NodeOf(int task, in CallRecord call)
    {
        var (tree, stack, node) = (Names.Stacks, call.Stack, task);
        _path.Clear();
        for (; stack > StackTree.Outermost && !_nodeOfStack.TryGetValue((task, stack), out node); stack = tree.Parent(stack))
            _path.Add(stack);
        if (stack <= StackTree.Outermost) node = task;
        for (var i = _path.Count - 1; i >= 0; i--)
        {
            var function = tree.Function(_path[i]);
            // The call itself can name a caller whose entry is missing.
            if (i == 0 && call.Caller != 0 && tree.Function(tree.Parent(call.Stack)) == 0)
                node = Child(node, FunctionFrame(call.Caller));
            if (function != 0) node = Child(node, FunctionFrame(function));
            if (_nodeOfStack.Count < Names.Budget.ProfileStacks) _nodeOfStack.Add((task, _path[i]), node);
        }
        return node;
    }

    /// <inheritdoc/>
    protected override void Left(TaskStack stack, in StackFrame frame, long time) { }

    /// <summary>
    /// Ends the counting, and frees the tables that only it needs: for many stacks, they are larger than what is written.
    /// </summary>
    public void Complete()
    {
        CloseAll();
        (_children, _frameOfKey, _frameOfTask, _nodeOfStack, _frameOfFunction) = (new(), [], [], [], []);
    }

    /// <summary>The frames of a stack, outermost (the task) first.</summary>
    public void Path(int node, List<int> path)
    {
        path.Clear();
        for (; node != 0; node = _nodes[node].Parent) path.Add(_nodes[node].Frame);
        path.Reverse();
    }

    private int Child(int parent, int frame)
    {
        var key = ((ulong)(uint)parent << 32) | (uint)frame;
        if (_nodes.Count >= Names.Budget.ProfileStacks && !_children.TryGetValue(key, out _)) return Others();
        ref var child = ref _children.GetOrAdd(key, out var known);
        if (known) return child;
        _nodes.Add(new Node { Parent = parent, Frame = frame });
        return child = _nodes.Count - 1;
    }

    /// <summary>The stack that stands for those beyond the budget.</summary>
    private int Others()
    {
        if (_others == 0)
        {
            var task = new Node { Frame = TaskFrame(KernelTask.OthersName) };
            var function = new Node { Parent = _nodes.Count, Frame = FunctionFrame(Names.OtherFunctions.Id) };
            _nodes.AddRange([task, function]);
            _others = _nodes.Count - 1;
        }
        return _others;
    }

    private int FunctionFrame(int function)
    {
        if (function >= _frameOfFunction.Length)
            Array.Resize(ref _frameOfFunction, Math.Max(function + 1, Names.Functions.Count) * 2);
        ref var frame = ref _frameOfFunction[function];
        if (frame == 0) frame = Number(new(Names.Functions[function])) + 1;
        return frame - 1;

        int Number(CallGraph.FunctionKey key)
        {
            if (_frameOfKey.TryGetValue(key, out var number)) return number;
            var symbol = Names.Functions[function];
            var name = DisplayText.Visible(symbol.Name.Length > 0 ? symbol.ToString() : FunctionText.Unknown);
            var file = symbol.SourceFile is { } path ? DisplayText.Visible(path) : null;
            _frameOfKey.Add(key, _frames.Count);
            return Add(new ProfileFrame(name, file, symbol.SourceLine, false));
        }
    }

    private int TaskFrame(string name)
    {
        if (_frameOfTask.TryGetValue(name, out var number)) return number;
        // A task has a name in each context.
        if (_frameOfTask.Count >= 2 * Names.Budget.Tasks && name != KernelTask.OthersName)
            return TaskFrame(KernelTask.OthersName);
        _frameOfTask.Add(name, _frames.Count);
        return Add(new ProfileFrame(name, null, null, true));
    }

    private int Add(ProfileFrame frame)
    {
        _frames.Add(frame);
        return _frames.Count - 1;
    }
}
