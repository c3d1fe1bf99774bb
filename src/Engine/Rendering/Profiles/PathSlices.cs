using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The names of the tracks and slices of critical paths.</summary>
internal static class PathSlices
{
    /// <summary>The category of the slices.</summary>
    public const string Category = "path";

    /// <summary>The paths among segments: each is of one task, in time order.</summary>
    public static IEnumerable<IReadOnlyList<PathSegment>> Paths(IEnumerable<PathSegment> segments)
    {
        List<PathSegment> path = [];
        foreach (var segment in segments)
        {
            if (path.Count > 0 && (!ReferenceEquals(path[^1].Origin, segment.Origin) || path[^1].PathProcessId != segment.PathProcessId
                || segment.StartTime < path[^1].EndTime))
            {
                yield return path;
                path = [];
            }
            path.Add(segment);
        }
        if (path.Count > 0) yield return path;
    }

    /// <summary>The name of the track of a path.</summary>
    public static string TrackName(PathSegment first)
        => DisplayText.Visible($"critical path of {Task(first.PathComm, first.PathProcessId < 0 ? null : first.PathProcessId)}");

    /// <summary>The name of a slice: the task, what it did, and on what.</summary>
    public static string Name(PathSegment segment)
    {
        string[] parts = [Task(segment.Comm, segment.ProcessId), segment.State, segment.What ?? ""];
        return DisplayText.Visible(string.Join(' ', parts.Where(part => part.Length > 0)));
    }

    private static string Task(string? comm, int? processId)
        => comm is null ? $"{processId}" : processId is null ? comm : $"{comm}/{processId}";
}
