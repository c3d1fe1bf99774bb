using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes Perfetto's own format. Calls are track events of the category <c>call</c>, or <c>caller</c> for functions that are only
/// known as callers. Kernel events are written by <see cref="PerfettoEvents"/>, as Perfetto records them.
/// </summary>
internal sealed class PerfettoTrace : Timeline
{
    private readonly PerfettoPackets _packets;
    private readonly HashSet<int> _processes = new(new NumberComparer());

    public PerfettoTrace(Stream output)
    {
        _packets = new PerfettoPackets(output);
        Events = new PerfettoEvents(_packets);
    }

    /// <summary>The kernel events.</summary>
    public PerfettoEvents Events { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> Notes => Events.Notes;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        Events.Begin(context);
    }

    protected override void Track(int track, string name, int process)
    {
        if (_processes.Add(process))
            _packets.Track(PerfettoTracks.Processes + process,
                process == 0 ? "idle and unknown tasks" : $"process {process}", process: process);
        _packets.Track(track, name, PerfettoTracks.Processes + process);
    }

    protected override void Begin(int track, string function, bool isEntry, long time)
        => _packets.Begin(track, function, isEntry ? "call" : "caller", time);

    protected override void End(int track, long time) => _packets.End(track, time);

    protected override void PathTrack(int number, string name)
    {
        if (number == 1) _packets.Track(PerfettoTracks.GroupOf(PerfettoTracks.Paths), "Critical paths");
        _packets.Track(PerfettoTracks.Paths + number, name, PerfettoTracks.GroupOf(PerfettoTracks.Paths));
    }

    protected override void PathSlice(int number, string name, PathSegment segment)
    {
        _packets.Begin(PerfettoTracks.Paths + number, name, PathSlices.Category, segment.StartTime);
        _packets.End(PerfettoTracks.Paths + number, segment.EndTime, "depth", segment.Depth);
    }

    protected override void Complete(string title)
    {
        Events.Complete();
        // The notes are on a separate track, at the start.
        _packets.Track(PerfettoTracks.Notes, $"kernel-magnifier: {title}");
        var first = Sources.Select(t => t.Info?.FirstTime ?? 0).DefaultIfEmpty(0).Min();
        foreach (var mark in ProfileMarks.Of(this, isTimeline: true, byTime: true))
            _packets.Instant(PerfettoTracks.Notes, mark, "note", first);
        _packets.Flush();
    }
}
