namespace KernelMagnifier.Probes.Kernels;

/// <summary>Reads the names of the fields from the format files of events.</summary>
internal static class EventFormatText
{
    private const int MostEvents = 50_000;

    /// <summary>The names of the fields of one format, without the common ones.</summary>
    public static HashSet<string> Fields(string format)
    {
        var fields = new HashSet<string>();
        foreach (var line in format.Split('\n'))
            if (Field(line) is { } name)
                fields.Add(name);
        return fields;
    }

    /// <summary>All formats in one text, each after a line such as <c>=== events/sched/sched_switch/format</c>.</summary>
    public static IEnumerable<(string Name, IReadOnlySet<string> Fields)> All(IEnumerable<string> lines)
    {
        string? name = null;
        HashSet<string> fields = [];
        foreach (var line in lines)
        {
            if (line.StartsWith("=== ", StringComparison.Ordinal))
            {
                if (name is not null) yield return (name, fields);
                var parts = line[4..].Trim().Split('/');
                (name, fields) = (parts is [.., var system, var @event, "format"] ? $"{system}:{@event}" : null, []);
            }
            else if (Field(line) is { } field) fields.Add(field);
        }
        if (name is not null) yield return (name, fields);
    }

    /// <summary>Adds the events of a directory <c>events/SYSTEM/EVENT/format</c>.</summary>
    public static void AddDirectory(string path, Dictionary<string, IReadOnlySet<string>?> events)
    {
        if (!Directory.Exists(path)) return;
        try
        {
            foreach (var system in Directory.EnumerateDirectories(path))
                foreach (var @event in Directory.EnumerateDirectories(system))
                    if (events.Count < MostEvents && Path.Combine(@event, "format") is var file && File.Exists(file)
                        && new FileInfo(file).Length < 1 << 20)
                        events[$"{Path.GetFileName(system)}:{Path.GetFileName(@event)}"] = Fields(File.ReadAllText(file));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            // What this user cannot read stays unknown.
        }
    }

    private static string? Field(string line)
    {
        var text = line.AsSpan().Trim();
        if (!text.StartsWith("field:")) return null;
        var end = text.IndexOf(';');
        if (end < 0) return null;
        text = text["field:".Length..end];
        if (text.IndexOf('[') is > 0 and var bracket && text.EndsWith("]") && text[..bracket].LastIndexOf(' ') > 0)
            text = text[..bracket];
        var name = text[(text.LastIndexOf(' ') + 1)..].TrimStart('*').ToString();
        return name.Length == 0 || name.StartsWith("common_", StringComparison.Ordinal) ? null : name;
    }
}
