using System.Runtime.CompilerServices;

namespace KernelMagnifier.Model;

/// <summary>
/// The distinct call stacks of a recording that contains returns: a calling-context tree. A stack is the called function and the
/// stack of its caller, and has a small number as its id. One thread adds stacks; any thread reads those whose ids it has received.
/// </summary>
/// <remarks>
/// A function id of 0 in a stack is a gap: a call that must be open there, because of the depth of the calls below it, but whose
/// entry is not in the recording. Memory grows with the number of distinct stacks, which is limited.
/// </remarks>
internal sealed class StackTree
{
    /// <summary>No stack: the recording has no returns, or the stack is deeper than possible.</summary>
    public const int None = 0;

    /// <summary>The empty stack, which is the parent of calls at depth 0.</summary>
    public const int Outermost = 1;

    /// <summary>
    /// The deepest stack. The kernel's own stack of return addresses has room for fewer calls (<c>FTRACE_RETFUNC_DEPTH</c>,
    /// <c>SHADOW_STACK_SIZE</c> in <c>kernel/trace/fgraph.c</c>).
    /// </summary>
    public const int Deepest = 1024;

    /// <summary>The most stacks. A recording with more is damaged or hostile; its further stacks are <see cref="None"/>.</summary>
    public const int Most = 1 << 22;

    private Node[] _nodes = new Node[1024];
    private int _count = 2;

    // Open addressing over the ids; 0 is a free slot.
    private int[] _slots = new int[2048];
    private SeededHash _hash = SeededHash.Create();
    private bool _isReseeded;

    /// <summary>A stack: its innermost function and the stack that called it.</summary>
    private struct Node
    {
        public int Parent;
        public int Function;
        public short Depth;
        public bool HasGap;
    }

    /// <summary>Creates a tree that contains only the empty stack.</summary>
    public StackTree() => _nodes[Outermost] = new Node { Depth = -1 };

    /// <summary>The slots that additions have passed over.</summary>
    internal long Probes { get; private set; }

    /// <summary>The number of ids. Every id is below it.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The stack of the caller.</summary>
    public int Parent(int stack) => Volatile.Read(ref _nodes)[stack].Parent;

    /// <summary>The innermost function; 0 for a gap.</summary>
    public int Function(int stack) => Volatile.Read(ref _nodes)[stack].Function;

    /// <summary>The depth of the innermost function: 0 for the outermost call, -1 for the empty stack.</summary>
    public int Depth(int stack) => Volatile.Read(ref _nodes)[stack].Depth;

    /// <summary>Whether the stack is not completely known.</summary>
    public bool HasGap(int stack) => stack == None || Volatile.Read(ref _nodes)[stack].HasGap;

    /// <summary>Returns the stack of a function that a stack calls. For the one thread that adds stacks.</summary>
    /// <param name="parent">The stack of the caller, or <see cref="Outermost"/>.</param>
    /// <param name="function">The id of the called function; 0 for a gap.</param>
    public int Child(int parent, int function)
    {
        if (parent == None) return None;
        var mask = _slots.Length - 1;
        for (var at = Start(parent, function) & mask; ; at = (at + 1) & mask)
        {
            var id = _slots[at];
            if (id == 0) return Add(at, parent, function);
            ref var node = ref _nodes[id];
            if (node.Parent == parent && node.Function == function) return id;
        }
    }

    /// <summary>Returns the stack with gaps below a stack so that a call of it has a depth.</summary>
    /// <param name="stack">The stack that is known.</param>
    /// <param name="depth">The depth of the call.</param>
    public int Extend(int stack, int depth)
    {
        if (depth > Deepest) return None;
        while (stack != None && Depth(stack) < depth - 1) stack = Child(stack, 0);
        return stack;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(int slot, int parent, int function)
    {
        ref var above = ref _nodes[parent];
        if (_count == Most || above.Depth >= Deepest) return None;
        var added = new Node
        {
            Parent = parent, Function = function, Depth = (short)(above.Depth + 1), HasGap = above.HasGap || function == 0,
        };
        if (_count == _nodes.Length)
        {
            var larger = new Node[_nodes.Length * 2];
            _nodes.CopyTo(larger, 0);
            Volatile.Write(ref _nodes, larger);
        }
        var id = _count;
        _nodes[id] = added;
        _slots[slot] = id;
        Volatile.Write(ref _count, id + 1);
        var passed = (slot - Start(parent, function)) & (_slots.Length - 1);
        Probes += passed;
        if (id * 2 > _slots.Length)
        {
            _isReseeded = false;
            Rehash(_slots.Length * 2);
        }
        else if (passed > SeededHash.LongestProbe && !_isReseeded)
        {
            _isReseeded = true;
            _hash = SeededHash.Create();
            Rehash(_slots.Length);
        }
        return id;
    }

    private void Rehash(int size)
    {
        _slots = new int[size];
        var mask = size - 1;
        for (var id = Outermost + 1; id < _count; id++)
        {
            var at = Start(_nodes[id].Parent, _nodes[id].Function) & mask;
            for (; _slots[at] != 0; Probes++) at = (at + 1) & mask;
            _slots[at] = id;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Start(int parent, int function) => (int)(_hash.Of(((ulong)(uint)parent << 32) | (uint)function) >> 33);
}
