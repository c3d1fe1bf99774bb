using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Trees;

/// <summary>
/// A function and whom it calls, or who calls it, as lines of text: the number of calls, a bar, and the tree.
/// </summary>
/// <remarks>
/// A graph knows who called whom and how often, but not on whose behalf: below the first level, a count is that of the edge, wherever its
/// caller was called from. Each function is unfolded once, where it stands nearest to the root; elsewhere a mark leads there. So there are
/// never more lines than edges. A function that stands above itself is marked and not unfolded again.
/// </remarks>
public sealed class CallTree
{
    private const int BarWidth = 10, LongestName = 80;

    private readonly CallTreeOptions _options;
    private readonly bool _unicode;
    private readonly ILookup<CallGraph.FunctionKey, CallEdge> _next;
    private readonly ILookup<CallGraph.FunctionKey, CallEdge> _into;
    private readonly CallGraph _graph;

    /// <summary>Makes trees of a graph.</summary>
    public CallTree(CallGraph graph, CallTreeOptions options)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(options);
        (_graph, _options) = (graph, options);
        _unicode = options.Charset == TreeCharset.Unicode || (options.Charset == TreeCharset.Auto && CallTreeOptions.TerminalHasUnicode(Environment.GetEnvironmentVariable));
        // Edges come most calls first, and so do the branches.
        _into = graph.Edges.ToLookup(e => new CallGraph.FunctionKey(e.CalleeSymbol));
        _next = options.Direction == TreeDirection.Callers ? _into : graph.Edges.ToLookup(e => new CallGraph.FunctionKey(e.CallerSymbol));
    }

    /// <summary>The functions that a name or a pattern stands for, most calls first.</summary>
    public IReadOnlyList<FunctionSymbol> Find(string pattern)
    {
        var wanted = new CallPredicate(new CallFilter { Function = [pattern] });
        return [.. _graph.Edges.SelectMany(e => new[] { e.CalleeSymbol, e.CallerSymbol }).Where(f => f.Name.Length > 0 && wanted.IsFunction(f))
            .DistinctBy(f => new CallGraph.FunctionKey(f)).OrderByDescending(Calls).ThenBy(f => f.Name, StringComparer.Ordinal)];
    }

    /// <summary>The known function whose name is nearest to one that is not known, or null.</summary>
    public string? NearestTo(string name)
        => Suggestion.For(name, _graph.Edges.SelectMany(e => new[] { e.Caller, e.Callee }).Where(n => n.Length > 0)) is [var nearest, ..] ? nearest : null;

    /// <summary>The tree of a function, line by line. Names are fit for a terminal.</summary>
    public IEnumerable<string> Lines(FunctionSymbol root)
    {
        var tree = new Drawing(this, root);
        return tree.Lines();
    }

    private long Calls(FunctionSymbol function) => _into[new CallGraph.FunctionKey(function)].Sum(e => e.Count);

    private FunctionSymbol Other(CallEdge edge) => _options.Direction == TreeDirection.Callers ? edge.CallerSymbol : edge.CalleeSymbol;

    /// <summary>One tree.</summary>
    private sealed class Drawing
    {
        private readonly CallTree _all;
        private readonly FunctionSymbol _root;
        private readonly long _calls, _most;
        private readonly long _total;
        private readonly bool _hasTimes;
        private readonly int _countWidth, _timeWidth;
        private readonly Dictionary<CallGraph.FunctionKey, int> _depths = [];
        private readonly HashSet<CallGraph.FunctionKey> _unfolded = [];
        private readonly HashSet<CallGraph.FunctionKey> _path = [];

        public Drawing(CallTree all, FunctionSymbol root)
        {
            (_all, _root) = (all, root);
            var into = all._into[new CallGraph.FunctionKey(root)].ToList();
            _calls = into.Sum(e => e.Count);
            _total = into.Aggregate(-1L, (sum, e) => CallGraph.Sum(sum, e.TotalNanoseconds));
            _most = _calls;
            var longest = _total;
            var largest = _calls;
            // Breadth first: where each function stands nearest to the root.
            var level = new List<FunctionSymbol> { root };
            _depths.Add(new CallGraph.FunctionKey(root), 0);
            for (var depth = 0; level.Count > 0 && depth < all._options.Depth; depth++)
            {
                var next = new List<FunctionSymbol>();
                foreach (var function in level)
                {
                    var (shown, more) = Branches(function);
                    largest = Math.Max(largest, more.Calls);
                    foreach (var edge in shown)
                    {
                        _most = Math.Max(_most, edge.Count);
                        longest = Math.Max(longest, edge.TotalNanoseconds);
                        if (_depths.TryAdd(new CallGraph.FunctionKey(all.Other(edge)), depth + 1)) next.Add(all.Other(edge));
                    }
                }
                level = next;
            }
            _hasTimes = longest >= 0;
            _countWidth = Math.Max("Calls".Length, DisplayText.Number(Math.Max(_most, largest)).Length);
            _timeWidth = Math.Max("Total us".Length, Time(longest).Length);
        }

        public IEnumerable<string> Lines()
        {
            var what = _all._options.Direction == TreeDirection.Callers ? "Who calls it" : "What it calls";
            yield return $"{"Calls".PadLeft(_countWidth)}  {(_hasTimes ? "Total us".PadLeft(_timeWidth) + "  " : "")}{"".PadRight(BarWidth)}  {what}";
            // An explicit stack: a recording decides how deep a tree may be asked to go.
            var open = new Stack<(IEnumerator<CallEdge> Branches, CallGraph.FunctionKey Function, string Indent, Rest More)>();
            var key = new CallGraph.FunctionKey(_root);
            yield return Line(_calls, _total, "", Name(_root));
            Open(_root, key, "");
            while (open.TryPeek(out var level))
            {
                if (!level.Branches.MoveNext())
                {
                    open.Pop();
                    _path.Remove(level.Function);
                    if (level.More.Edges > 0) yield return Line(level.More.Calls, -1, level.Indent + (_all._unicode ? "└─ " : "`- "), $"{(_all._unicode ? "…" : "...")} {DisplayText.Number(level.More.Edges)} more", hasBar: false);
                    continue;
                }
                var edge = level.Branches.Current;
                var isLast = ReferenceEquals(edge, level.More.Last) && level.More.Edges == 0;
                var function = _all.Other(edge);
                key = new CallGraph.FunctionKey(function);
                var mark = Mark(function, key, open.Count, out var unfolds);
                yield return Line(edge.Count, edge.TotalNanoseconds, level.Indent + (_all._unicode ? isLast ? "└─ " : "├─ " : isLast ? "`- " : "|- "), Name(function) + mark);
                if (unfolds) Open(function, key, level.Indent + (isLast ? "   " : _all._unicode ? "│  " : "|  "));
            }

            void Open(FunctionSymbol function, CallGraph.FunctionKey at, string indent)
            {
                var (shown, rest) = Branches(function);
                _path.Add(at);
                _unfolded.Add(at);
                open.Push((((IEnumerable<CallEdge>)shown).GetEnumerator(), at, indent, rest));
            }
        }

        /// <summary>Why a function is not unfolded where it stands, in words; empty when it is, or has nothing to unfold.</summary>
        private string Mark(FunctionSymbol function, CallGraph.FunctionKey key, int depth, out bool unfolds)
        {
            unfolds = false;
            if (_path.Contains(key)) return _all._unicode ? "  ↻ recursion" : "  (recursion)";
            var (shown, rest) = Branches(function);
            if (shown.Count == 0 && rest.Edges == 0) return "";
            if (depth >= _all._options.Depth)
            {
                var edges = shown.Count + rest.Edges;
                var what = _all._options.Direction == TreeDirection.Callers ? edges == 1 ? "caller" : "callers" : edges == 1 ? "callee" : "callees";
                return $"  {(_all._unicode ? "…" : "...")} {DisplayText.Number(edges)} {what}";
            }
            if (_unfolded.Contains(key)) return _all._unicode ? "  ↑ unfolded above" : "  (unfolded above)";
            if (_depths[key] < depth) return _all._unicode ? "  ↓ unfolded below" : "  (unfolded below)";
            unfolds = true;
            return "";
        }

        private readonly record struct Rest(int Edges, long Calls, CallEdge? Last);

        private (List<CallEdge> Shown, Rest More) Branches(FunctionSymbol function)
        {
            var edges = _all._next[new CallGraph.FunctionKey(function)];
            var shown = new List<CallEdge>();
            var rest = default(Rest);
            foreach (var edge in edges)
            {
                if (shown.Count < _all._options.Top && edge.Count >= _all._options.MinCount) shown.Add(edge);
                else rest = new Rest(rest.Edges + 1, rest.Calls + edge.Count, null);
            }
            return (shown, rest with { Last = shown.Count > 0 ? shown[^1] : null });
        }

        private string Line(long calls, long time, string indent, string text, bool hasBar = true)
        {
            var line = new StringBuilder(DisplayText.Number(calls).PadLeft(_countWidth)).Append("  ");
            if (_hasTimes) line.Append(Time(time).PadLeft(_timeWidth)).Append("  ");
            return line.Append(hasBar ? Bar(calls) : new string(' ', BarWidth)).Append("  ").Append(indent).Append(text).ToString();
        }

        private static string Time(long nanoseconds) => nanoseconds < 0 ? "" : (nanoseconds / 1000.0).ToString("N1", CultureInfo.InvariantCulture);

        /// <summary>A share of the largest count, to an eighth of a character where there are such; something for everything that is not nothing.</summary>
        private string Bar(long calls)
        {
            if (calls <= 0 || _most <= 0) return new string(' ', BarWidth);
            var eighths = (int)Math.Max(1, Math.Round((double)calls / _most * BarWidth * 8));
            if (!_all._unicode) return new string('#', Math.Max(1, eighths / 8)).PadRight(BarWidth);
            return (new string('█', eighths / 8) + (eighths % 8 > 0 ? "▏▎▍▌▋▊▉"[(eighths % 8) - 1].ToString() : "")).PadRight(BarWidth);
        }

        private string Name(FunctionSymbol function)
        {
            if (function.Name.Length == 0) return "(not traced)";
            var name = TerminalText.Escape(DisplayText.Shorten(function.ToString(), LongestName));
            var place = function.SourceFile is { } file ? "  " + TerminalText.Escape(DisplayText.Shorten(function.SourceLine is { } line ? $"{file}:{line}" : file, LongestName)) : "";
            return _all._unicode ? name + place : Ascii(name + place);
        }

        /// <summary>Where the terminal has ASCII alone, other characters are written out as <see cref="TerminalText"/> does it.</summary>
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
}
