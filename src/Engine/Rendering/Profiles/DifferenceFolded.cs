using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The stacks of two profiles in one tree, for the folded format with two columns.</summary>
internal sealed class DifferenceFolded
{
    private readonly Dictionary<string, int> _frameOfName = [];
    private readonly List<string> _names = [];
    private readonly NumberTable<int> _children = new();
    private readonly List<Node> _nodes = [default];
    private readonly string _mark;

    /// <summary>Joins the stacks of two profiles.</summary>
    /// <param name="before">The stacks of one side.</param>
    /// <param name="after">The stacks of the other side.</param>
    /// <param name="byTime">Whether the weight is time.</param>
    public DifferenceFolded(StackProfile before, StackProfile after, bool byTime)
    {
        // A stack of one side is that of the other, however each of them is known.
        _mark = before.IsRebuilt || after.IsRebuilt ? $" {ProfileMarks.Rebuilt}" : "";
        Add(before, byTime, 0);
        Add(after, byTime, 1);
    }

    private record struct Node(int Parent, int Frame, long Before, long After);

    /// <summary>Writes a line for each stack with a weight on either side.</summary>
    /// <returns>The number of lines.</returns>
    public long Write(Stream output, bool normalize)
    {
        var (before, after) = (_nodes.Sum(n => n.Before), _nodes.Sum(n => n.After));
        var scale = normalize && before > 0 ? (double)after / before : 1;
        var text = new StringBuilder();
        var path = new List<int>();
        var lines = 0L;
        foreach (var node in _nodes)
        {
            var was = scale == 1 ? node.Before : (long)Math.Round(node.Before * scale);
            if (was == 0 && node.After == 0) continue;
            lines++;
            path.Clear();
            path.Add(node.Frame);
            for (var at = node.Parent; at != 0; at = _nodes[at].Parent) path.Add(_nodes[at].Frame);
            for (var i = path.Count - 1; i >= 0; i--)
            {
                text.Append(_names[path[i]]);
                if (i == path.Count - 1) text.Append(_mark);
                text.Append(i > 0 ? ';' : ' ');
            }
            text.Append(CultureInfo.InvariantCulture, $"{was} {node.After}\n").FlushTo(output);
        }
        text.FlushTo(output, all: true);
        return lines;
    }

    private void Add(StackProfile profile, bool byTime, int side)
    {
        var frames = profile.Frames.Select(f => FrameOf(f.Name.Replace(";", "‹U+003B›", StringComparison.Ordinal))).ToArray();
        // A stack follows the one that called it.
        var joint = new int[profile.Nodes.Count];
        for (var i = 1; i < joint.Length; i++)
        {
            var node = profile.Nodes[i];
            var at = joint[i] = Child(joint[node.Parent], frames[node.Frame]);
            var weight = byTime ? node.Self : node.Calls;
            if (weight == 0) continue;
            _nodes[at] = side == 0 ? _nodes[at] with { Before = _nodes[at].Before + weight }
                : _nodes[at] with { After = _nodes[at].After + weight };
        }
    }

    private int FrameOf(string name)
    {
        if (_frameOfName.TryGetValue(name, out var frame)) return frame;
        _names.Add(name);
        _frameOfName.Add(name, _names.Count - 1);
        return _names.Count - 1;
    }

    private int Child(int parent, int frame)
    {
        ref var child = ref _children.GetOrAdd(((ulong)(uint)parent << 32) | (uint)frame, out var known);
        if (known) return child;
        _nodes.Add(new Node(parent, frame, 0, 0));
        return child = _nodes.Count - 1;
    }
}
