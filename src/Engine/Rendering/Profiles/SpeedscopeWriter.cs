using System.Text.Json;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes a profile in speedscope's own format (https://www.speedscope.app/file-format-schema.json): one profile of all tasks, in
/// which the task is the outermost frame, then one of each task. The samples are distinct stacks with their total weight.
/// </summary>
internal static class SpeedscopeWriter
{
    public static void Write(StackProfile profile, string title, IEnumerable<string> marks, bool byTime, Stream output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "kernel-magnifier");
        json.WriteString("name", string.Join(" ", [title + ".", .. marks]));
        json.WriteNumber("activeProfileIndex", 0);
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (var frame in profile.Frames)
        {
            json.WriteStartObject();
            json.WriteString("name", frame.Name);
            if (frame.File is not null) json.WriteString("file", frame.File);
            if (frame.Line is { } line) json.WriteNumber("line", line);
            json.WriteEndObject();
            Flush(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        var rebuilt = profile.IsRebuilt ? $" {ProfileMarks.Rebuilt}" : "";
        var stacks = new List<int>();
        var roots = new int[profile.Nodes.Count];
        for (var i = 1; i < profile.Nodes.Count; i++)
        {
            var node = profile.Nodes[i];
            roots[i] = node.Parent == 0 ? i : roots[node.Parent];
            if (Weight(node, byTime) != 0) stacks.Add(i);
        }
        Profile(json, profile, $"All tasks{rebuilt}", stacks, byTime, withTask: true);
        var tasks = ByTask(profile, stacks, roots, byTime);
        if (tasks.Count > 1)
            foreach (var (_, task, own) in tasks)
                Profile(json, profile, profile.Frames[profile.Nodes[task].Frame].Name + rebuilt, own, byTime, withTask: false);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    /// <summary>The stacks of each task, the task with the largest weight first. There can be as many tasks as stacks.</summary>
    private static List<(long Weight, int Task, ArraySegment<int> Stacks)> ByTask(
        StackProfile profile, List<int> stacks, int[] roots, bool byTime)
    {
        int[] sorted = [.. stacks];
        Array.Sort(sorted, (a, b) => roots[a] != roots[b] ? roots[a].CompareTo(roots[b]) : a.CompareTo(b));
        var tasks = new List<(long Weight, int Task, ArraySegment<int> Stacks)>();
        for (int i = 0, end; i < sorted.Length; i = end)
        {
            var weight = 0L;
            for (end = i; end < sorted.Length && roots[sorted[end]] == roots[sorted[i]]; end++)
                weight += Weight(profile.Nodes[sorted[end]], byTime);
            tasks.Add((weight, roots[sorted[i]], new ArraySegment<int>(sorted, i, end - i)));
        }
        tasks.Sort((a, b) => a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight) : a.Task.CompareTo(b.Task));
        return tasks;
    }

    private static long Weight(in StackProfile.Node node, bool byTime) => byTime ? node.Self : node.Calls;

    private static void Profile(
        Utf8JsonWriter json, StackProfile profile, string name, IReadOnlyList<int> stacks, bool byTime, bool withTask)
    {
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", name);
        json.WriteString("unit", byTime ? "nanoseconds" : "none");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", stacks.Sum(i => Weight(profile.Nodes[i], byTime)));
        json.WriteStartArray("samples");
        var path = new List<int>();
        foreach (var stack in stacks)
        {
            profile.Path(stack, path);
            json.WriteStartArray();
            for (var i = withTask ? 0 : 1; i < path.Count; i++) json.WriteNumberValue(path[i]);
            json.WriteEndArray();
            Flush(json);
        }
        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (var stack in stacks)
        {
            json.WriteNumberValue(Weight(profile.Nodes[stack], byTime));
            Flush(json);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Flush(Utf8JsonWriter json)
    {
        if (json.BytesPending > 1 << 16) json.Flush();
    }
}
