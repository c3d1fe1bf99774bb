using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>Formats the tree of one function.</summary>
internal sealed class CallTreeDrawing
{
    private const int BarWidth = 10, LongestName = 80;

    private readonly CallTree _tree;
    private readonly bool _unicode;
    private readonly FunctionSymbol _root;
    private readonly long _calls, _total;
    private readonly Dictionary<CallGraph.FunctionKey, int> _depths = [];
    private readonly HashSet<CallGraph.FunctionKey> _expanded = [];
    private readonly HashSet<CallGraph.FunctionKey> _path = [];

    // The largest values, which determine the width of the columns.
    private long _mostCalls, _mostHidden, _longest;
    private int _countWidth, _timeWidth;

    public CallTreeDrawing(CallTree tree, FunctionSymbol root)
    {
        (_tree, _unicode, _root) = (tree, tree.IsUnicode, root);
        var into = tree.Into(root).ToList();
        _calls = into.Sum(e => e.Count);
        _total = CallGraph.Sum(into.Select(e => e.TotalNanoseconds));
        (_mostCalls, _longest) = (_calls, _total);
        Measure();
    }

    private bool HasTimes => _longest >= 0;

    private bool ShowsCallers => _tree.Options.Direction == TreeDirection.Callers;

    /// <summary>The lines: a header, then one per function.</summary>
    public IEnumerable<string> Lines()
    {
        var times = HasTimes ? "Total us".PadLeft(_timeWidth) + "  " : "";
        yield return $"{"Calls".PadLeft(_countWidth)}  {times}{"".PadRight(BarWidth)}  {(ShowsCallers ? "Callers" : "Callees")}";
        // The stack is explicit, because the depth of the tree depends on the recording.
        var open = new Stack<(IEnumerator<CallEdge> Branches, CallGraph.FunctionKey Function, string Indent, Rest More)>();
        yield return Line(_calls, _total, "", Name(_root));
        Open(_root, new CallGraph.FunctionKey(_root), "");
        while (open.TryPeek(out var level))
        {
            if (!level.Branches.MoveNext())
            {
                open.Pop();
                _path.Remove(level.Function);
                if (level.More.Edges > 0) yield return MoreLine(level.Indent, level.More);
                continue;
            }
            var edge = level.Branches.Current;
            var isLast = ReferenceEquals(edge, level.More.Last) && level.More.Edges == 0;
            var function = _tree.Other(edge);
            var key = new CallGraph.FunctionKey(function);
            var mark = Mark(function, key, open.Count, out var expands);
            yield return Line(edge.Count, edge.TotalNanoseconds, level.Indent + Branch(isLast), Name(function) + mark);
            if (expands) Open(function, key, level.Indent + (isLast ? "   " : _unicode ? "│  " : "|  "));
        }

        void Open(FunctionSymbol function, CallGraph.FunctionKey at, string indent)
        {
            var (shown, rest) = Branches(function);
            _path.Add(at);
            _expanded.Add(at);
            open.Push((((IEnumerable<CallEdge>)shown).GetEnumerator(), at, indent, rest));
        }
    }

    /// <summary>
    /// Finds, breadth first, the depth at which each function is nearest to the root, and the widths of the columns.
    /// </summary>
    private void Measure()
    {
        var level = new List<FunctionSymbol> { _root };
        _depths.Add(new CallGraph.FunctionKey(_root), 0);
        for (var depth = 0; level.Count > 0 && depth < _tree.Options.Depth; depth++)
        {
            var next = new List<FunctionSymbol>();
            foreach (var function in level)
            {
                var (shown, more) = Branches(function);
                _mostHidden = Math.Max(_mostHidden, more.Calls);
                foreach (var edge in shown)
                {
                    _mostCalls = Math.Max(_mostCalls, edge.Count);
                    _longest = Math.Max(_longest, edge.TotalNanoseconds);
                    if (_depths.TryAdd(new CallGraph.FunctionKey(_tree.Other(edge)), depth + 1)) next.Add(_tree.Other(edge));
                }
            }
            level = next;
        }
        _countWidth = Math.Max("Calls".Length, DisplayText.Number(Math.Max(_mostCalls, _mostHidden)).Length);
        _timeWidth = Math.Max("Total us".Length, Time(_longest).Length);
    }

    /// <summary>The mark of a function that is not expanded here; empty when it is, or has nothing to expand.</summary>
    private string Mark(FunctionSymbol function, CallGraph.FunctionKey key, int depth, out bool expands)
    {
        expands = false;
        if (_path.Contains(key)) return _unicode ? "  ↻ recursion" : "  (recursion)";
        var (shown, rest) = Branches(function);
        var edges = shown.Count + rest.Edges;
        if (edges == 0) return "";
        if (depth >= _tree.Options.Depth) return $"  {Ellipsis} {DisplayText.Count(edges, ShowsCallers ? "caller" : "callee")}";
        if (_expanded.Contains(key)) return _unicode ? "  ↑ expanded above" : "  (expanded above)";
        if (_depths[key] < depth) return _unicode ? "  ↓ expanded below" : "  (expanded below)";
        expands = true;
        return "";
    }

    /// <summary>The branches of a function that are not shown, and the last one that is.</summary>
    private readonly record struct Rest(int Edges, long Calls, CallEdge? Last);

    private (List<CallEdge> Shown, Rest More) Branches(FunctionSymbol function)
    {
        var shown = new List<CallEdge>();
        var rest = default(Rest);
        foreach (var edge in _tree.Next(function))
        {
            if (shown.Count < _tree.Options.Top && edge.Count >= _tree.Options.MinCount) shown.Add(edge);
            else rest = new Rest(rest.Edges + 1, rest.Calls + edge.Count, null);
        }
        return (shown, rest with { Last = shown.Count > 0 ? shown[^1] : null });
    }

    private string Ellipsis => _unicode ? "…" : "...";

    private string Branch(bool isLast)
        => (_unicode, isLast) switch { (true, true) => "└─ ", (true, false) => "├─ ", (false, true) => "`- ", _ => "|- " };

    private string MoreLine(string indent, Rest more)
    {
        var text = $"{Ellipsis} {DisplayText.Number(more.Edges)} more";
        return Line(more.Calls, -1, indent + Branch(isLast: true), text, hasBar: false);
    }

    private string Line(long calls, long time, string indent, string text, bool hasBar = true)
    {
        var line = new StringBuilder(DisplayText.Number(calls).PadLeft(_countWidth)).Append("  ");
        if (HasTimes) line.Append(Time(time).PadLeft(_timeWidth)).Append("  ");
        return line.Append(hasBar ? Bar(calls) : new string(' ', BarWidth)).Append("  ").Append(indent).Append(text).ToString();
    }

    private static string Time(long nanoseconds)
        => nanoseconds < 0 ? "" : (nanoseconds / 1000.0).ToString("N1", CultureInfo.InvariantCulture);

    /// <summary>A bar whose length is the share of the largest count. Every count above 0 has a visible bar.</summary>
    private string Bar(long calls)
    {
        if (calls <= 0 || _mostCalls <= 0) return new string(' ', BarWidth);
        var eighths = (int)Math.Max(1, Math.Round((double)calls / _mostCalls * BarWidth * 8));
        if (!_unicode) return new string('#', Math.Max(1, eighths / 8)).PadRight(BarWidth);
        var bar = new string('█', eighths / 8) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[(eighths % 8) - 1].ToString() : "");
        return bar.PadRight(BarWidth);
    }

    private string Name(FunctionSymbol function)
    {
        if (function.Name.Length == 0) return FunctionText.Unknown;
        var name = TerminalText.Escape(DisplayText.Shorten(function.ToString(), LongestName));
        if (function.SourceFile is { } file)
        {
            var place = function.SourceLine is { } line ? $"{file}:{line}" : file;
            name += "  " + TerminalText.Escape(DisplayText.Shorten(place, LongestName));
        }
        return _unicode ? name : Ascii(name);
    }

    /// <summary>Escapes all characters outside ASCII in the form that <see cref="TerminalText"/> uses.</summary>
    private static string Ascii(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        var to = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii) to.Append((char)rune.Value);
            else to.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
        }
        return to.ToString();
    }
}
