using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// Decides which call stacks contain a root of a <see cref="CallFilter"/>, and how deep a call is below the innermost one. Each
/// stack is compared with the filter once. Not thread-safe.
/// </summary>
internal sealed class RootStacks
{
    // The values of _distances: not evaluated yet, no root in the stack, else the calls between root and function plus AtRoot.
    private const int Unknown = 0, Outside = 1, AtRoot = 2;

    private readonly CallNames _names;
    private readonly NameList _roots;
    private readonly int _deepest;
    private readonly List<int> _path = [];
    private int[] _distances = new int[1024];

    /// <summary>Prepares the roots of a filter for the stacks of one recording.</summary>
    public RootStacks(CallFilter filter, CallNames names)
    {
        (_names, _roots) = (names, new NameList(filter.Root));
        _deepest = filter.Depth is { } depth ? Math.Min(depth, int.MaxValue - AtRoot) + AtRoot : int.MaxValue;
        _distances[StackTree.None] = _distances[StackTree.Outermost] = Outside;
    }

    /// <summary>Whether a call with this stack is a call of a root, or below one and not deeper than the filter's depth.</summary>
    public bool Contains(int stack)
    {
        if (stack >= _distances.Length)
            Array.Resize(ref _distances, Math.Max(_names.Stacks.Count, Math.Max(stack + 1, _distances.Length * 2)));
        var distance = _distances[stack];
        if (distance == Unknown) distance = Evaluate(stack);
        return distance >= AtRoot && distance <= _deepest;
    }

    private int Evaluate(int stack)
    {
        var tree = _names.Stacks;
        _path.Clear();
        for (; _distances[stack] == Unknown; stack = tree.Parent(stack)) _path.Add(stack);
        var distance = _distances[stack];
        for (var i = _path.Count - 1; i >= 0; i--)
        {
            var name = _names.Functions[tree.Function(_path[i])].Name;
            distance = name.Length > 0 && _roots.Contains(name) ? AtRoot : distance == Outside ? Outside : distance + 1;
            _distances[_path[i]] = distance;
        }
        return distance;
    }
}
