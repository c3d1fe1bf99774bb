using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>
/// Formats a calling-context tree of one function. A function can occur in several places, each with the calls that were made there.
/// </summary>
internal sealed class StackTreeDrawing
{
    private readonly CallTreeOptions _options;
    private readonly StackBranch _root;
    private readonly TreeLines _lines;
    private readonly long _notPlaced;
    private long _mostCalls, _mostHidden, _longest = CallRecord.NoDuration;

    /// <summary>Prepares a tree.</summary>
    /// <param name="root">The function, with what it calls or what calls it.</param>
    /// <param name="options">The options.</param>
    /// <param name="isUnicode">Whether it is drawn with Unicode characters.</param>
    /// <param name="notPlaced">The calls of the recordings whose stack is not completely known, which a tree of callees can
    /// miss.</param>
    public StackTreeDrawing(StackBranch root, CallTreeOptions options, bool isUnicode, long notPlaced)
    {
        (_root, _options, _notPlaced) = (root, options, notPlaced);
        Measure(root, 0);
        _lines = new TreeLines(isUnicode, _mostCalls, _mostHidden, _longest);
    }

    private string What => _options.Direction == TreeDirection.Callers ? "caller" : "callee";

    /// <summary>The lines: a header, then one per function.</summary>
    public IEnumerable<string> Lines()
    {
        var missing = _notPlaced == 0 ? "" : $" ({DisplayText.Count(_notPlaced, "call")} of unknown stack not placed)";
        yield return _lines.Heading(_options.Direction == TreeDirection.Callers ? "Callers" : $"Callees{missing}");
        yield return _lines.Line(_root.Calls, _root.Total, "", Name(_root));
        foreach (var line in Below(_root, 1, "")) yield return line;
    }

    // The options limit the depth of the recursion to 1000.
    private IEnumerable<string> Below(StackBranch branch, int depth, string indent)
    {
        var (shown, hidden) = Split(branch);
        for (var i = 0; i < shown.Count; i++)
        {
            var (next, isLast) = (shown[i], i == shown.Count - 1 && hidden.Count == 0);
            var branches = next.Next.Count();
            var isDeepest = depth >= _options.Depth && branches > 0;
            yield return _lines.Line(next.Calls, next.Total, indent + _lines.Branch(isLast),
                Name(next) + (isDeepest ? _lines.DeeperMark(branches, What) : ""));
            if (isDeepest) continue;
            foreach (var line in Below(next, depth + 1, indent + _lines.Indent(isLast))) yield return line;
        }
        if (hidden.Count > 0) yield return _lines.MoreLine(indent, hidden.Count, hidden.Sum(b => b.Calls));
    }

    /// <summary>The name of a function; a gap in the stacks is a call whose entry is not in the recording.</summary>
    private string Name(StackBranch branch) => branch.Function.Name.Length == 0 ? "(not recorded)" : _lines.Name(branch.Function);

    private void Measure(StackBranch branch, int depth)
    {
        (_mostCalls, _longest) = (Math.Max(_mostCalls, branch.Calls), Math.Max(_longest, branch.Total));
        if (depth >= _options.Depth) return;
        var (shown, hidden) = Split(branch);
        _mostHidden = Math.Max(_mostHidden, hidden.Sum(b => b.Calls));
        foreach (var next in shown) Measure(next, depth + 1);
    }

    private (List<StackBranch> Shown, List<StackBranch> Hidden) Split(StackBranch branch)
    {
        var (shown, hidden) = (new List<StackBranch>(), new List<StackBranch>());
        foreach (var next in branch.Next)
            (shown.Count < _options.Top && next.Calls >= _options.MinCount ? shown : hidden).Add(next);
        return (shown, hidden);
    }
}
