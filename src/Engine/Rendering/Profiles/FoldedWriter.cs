using System.Globalization;
using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes folded stacks for Brendan Gregg's flamegraph.pl: one line per stack with its frames, outermost first and separated by
/// semicolons, then a space and the weight.
/// </summary>
internal static class FoldedWriter
{
    public static void Write(StackProfile profile, bool byTime, Stream output)
    {
        var names = profile.Frames.Select(f => f.Name.Replace(";", "‹U+003B›", StringComparison.Ordinal)).ToList();
        var text = new StringBuilder();
        var path = new List<int>();
        for (var i = 1; i < profile.Nodes.Count; i++)
        {
            var weight = byTime ? profile.Nodes[i].Self : profile.Nodes[i].Calls;
            if (weight == 0) continue;
            profile.Path(i, path);
            for (var f = 0; f < path.Count; f++)
            {
                if (f > 0) text.Append(';');
                text.Append(names[path[f]]);
                if (f == 0 && profile.IsRebuilt) text.Append(' ').Append(ProfileMarks.Rebuilt);
            }
            text.Append(' ').Append(weight.ToString(CultureInfo.InvariantCulture)).Append('\n').FlushTo(output);
        }
        text.FlushTo(output, all: true);
    }
}
