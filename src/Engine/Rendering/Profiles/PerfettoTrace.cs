using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes Perfetto's own format: the message Trace of Perfetto's <c>protos/perfetto/trace/trace.proto</c>, with packets of track
/// descriptors and track events. The category is <c>call</c> for recorded calls, and <c>caller</c> for functions that are only
/// known as callers. Function names are interned.
/// </summary>
internal sealed class PerfettoTrace(Stream output) : Timeline
{
    // Trace
    private const int Packet = 1;

    // TracePacket
    private const int Timestamp = 8, SequenceId = 10, TrackEvent = 11, InternedData = 12, SequenceFlags = 13,
        TrackDescriptor = 60;

    // TrackEvent and TrackEvent.Type
    private const int Type = 9, NameId = 10, TrackUuid = 11, SliceBegin = 1, SliceEnd = 2, CategoryText = 22, Instant = 3,
        NameText = 23;

    // TrackDescriptor, ProcessDescriptor
    private const int Uuid = 1, TrackName = 2, Process = 3, ParentUuid = 5, ProcessPid = 1;

    private const int ClearState = 1, NeedsState = 2;
    private const long ProcessTracks = 1L << 40;

    private readonly ProtoWriter _trace = new(), _packet = new(), _event = new(), _inner = new(), _name = new();
    private readonly Dictionary<string, int> _names = [];
    private readonly HashSet<int> _processes = new(new NumberComparer());
    private bool _begun;

    protected override void Track(int track, string name, int process)
    {
        if (_processes.Add(process))
        {
            _event.Number(Uuid, ProcessTracks + process);
            _event.Text(TrackName, process == 0 ? "idle and unknown tasks" : $"process {process}");
            if (process > 0)
            {
                _inner.Number(ProcessPid, process);
                _event.Message(Process, _inner);
                _inner.Clear();
            }
            _packet.Message(TrackDescriptor, _event);
            Write(0);
        }
        _event.Number(Uuid, track);
        _event.Text(TrackName, name);
        _event.Number(ParentUuid, ProcessTracks + process);
        _packet.Message(TrackDescriptor, _event);
        Write(0);
    }

    protected override void Begin(int track, string function, bool isEntry, long time)
    {
        if (!_names.TryGetValue(function, out var id))
        {
            _names.Add(function, id = _names.Count + 1);
            // InternedData.event_names (2): EventName { iid (1), name (2) }.
            _name.Number(1, id);
            _name.Text(2, function);
            _inner.Message(2, _name);
            _packet.Message(InternedData, _inner);
            _name.Clear();
            _inner.Clear();
        }
        _event.Number(Type, SliceBegin);
        _event.Number(TrackUuid, track);
        _event.Number(NameId, id);
        _event.Text(CategoryText, isEntry ? "call" : "caller");
        _packet.Number(Timestamp, time);
        _packet.Message(TrackEvent, _event);
        Write(NeedsState);
    }

    protected override void End(int track, long time)
    {
        _event.Number(Type, SliceEnd);
        _event.Number(TrackUuid, track);
        _packet.Number(Timestamp, time);
        _packet.Message(TrackEvent, _event);
        Write(NeedsState);
    }

    protected override void Complete(string title)
    {
        // The notes are on a separate track, at the start.
        var track = ProcessTracks - 1;
        _event.Number(Uuid, track);
        _event.Text(TrackName, $"kernel-magnifier: {title}");
        _packet.Message(TrackDescriptor, _event);
        Write(0);
        var first = Sources.Select(t => t.Info?.FirstTime ?? 0).DefaultIfEmpty(0).Min();
        foreach (var mark in ProfileMarks.Of(this, isTimeline: true, byTime: true))
        {
            _event.Number(Type, Instant);
            _event.Number(TrackUuid, track);
            _event.Text(NameText, mark);
            _event.Text(CategoryText, "note");
            _packet.Number(Timestamp, first);
            _packet.Message(TrackEvent, _event);
            Write(NeedsState);
        }
        _trace.FlushTo(output);
    }

    private void Write(int flags)
    {
        _packet.Number(SequenceId, 1);
        _packet.Number(SequenceFlags, _begun ? flags : flags | ClearState);
        _begun = true;
        _trace.Message(Packet, _packet);
        _event.Clear();
        _packet.Clear();
        if (_trace.Written.Length > 1 << 16) _trace.FlushTo(output);
    }
}
