using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>Builds calling-context trees from a graph whose calls are known by their stacks.</summary>
internal static class StackBranches
{
    /// <summary>The callees of a function: what ran below its outermost calls. Recursive calls are branches.</summary>
    public static StackBranch Below(CallGraph graph, FunctionSymbol root)
    {
        var (key, tree) = (new CallGraph.FunctionKey(root), new StackBranch(root));
        var known = new Dictionary<(CallNames, int), StackBranch?>();
        var path = new List<int>();
        foreach (var share in graph.Edges.SelectMany(edge => edge.Stacks!)) BranchOf(share.Names, share.Stack)?.Add(in share);
        return tree;

        StackBranch? BranchOf(CallNames names, int stack)
        {
            StackBranch? branch = null;
            path.Clear();
            while (stack > StackTree.Outermost && !known.TryGetValue((names, stack), out branch))
            {
                path.Add(stack);
                stack = names.Stacks.Parent(stack);
            }
            for (var i = path.Count - 1; i >= 0; i--)
            {
                var function = names.Functions[names.Stacks.Function(path[i])];
                branch = branch is not null ? branch.To(function) : new CallGraph.FunctionKey(function) == key ? tree : null;
                known.Add((names, path[i]), branch);
            }
            return branch;
        }
    }

    /// <summary>The callers of a function, their callers and so on. Each level counts the calls of the function.</summary>
    /// <param name="root">The function.</param>
    /// <param name="into">The edges to it.</param>
    /// <param name="levels">The most levels. All can be a thousand for each call, if the recording is damaged.</param>
    public static StackBranch Above(FunctionSymbol root, IEnumerable<CallEdge> into, int levels)
    {
        var tree = new StackBranch(root);
        foreach (var edge in into)
            foreach (var share in edge.Stacks!)
                Add(edge, in share);
        return tree;

        void Add(CallEdge edge, in StackShare share)
        {
            var (branch, stacks, level) = (tree, share.Names.Stacks, 0);
            branch.Add(in share);
            var gap = share.Stack == StackTree.None || stacks.Parent(share.Stack) == StackTree.None;
            var at = gap ? StackTree.None : stacks.Parent(share.Stack);
            for (; at > StackTree.Outermost && level < levels; at = stacks.Parent(at))
            {
                var function = stacks.Function(at);
                // The entry of the caller can be missing although the call itself names it. Consecutive gaps are one.
                if (function == 0 && ReferenceEquals(branch, tree) && edge.Caller is { Length: > 0 })
                    Step(edge.CallerSymbol, in share);
                else if (function != 0) Step(share.Names.Functions[function], in share);
                else if (branch.Function.Name.Length > 0) Step(FunctionSymbol.Unknown, in share);
            }
            if (gap && edge.Caller is { Length: > 0 }) Step(edge.CallerSymbol, in share);

            void Step(FunctionSymbol function, in StackShare added)
            {
                branch = branch.To(function);
                branch.Add(in added);
                level++;
            }
        }
    }
}
