using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes the packets of a Perfetto trace: the message Trace of Perfetto's <c>protos/perfetto/trace/trace.proto</c>. All packets
/// are on one sequence, so that each can refer to names and symbols that an earlier one interned.
/// </summary>
internal sealed class PerfettoPackets(Stream output)
{
    // Trace
    private const int TracePacket = 1;

    // TracePacket
    private const int Timestamp = 8, SequenceId = 10, TrackEvent = 11, InternedData = 12, SequenceFlags = 13, TrackDescriptor = 60;

    // InternedData, and the messages in it
    private const int EventNames = 2, KernelSymbols = 26, InternedId = 1, InternedText = 2;

    // TrackEvent and TrackEvent.Type
    private const int DebugAnnotations = 4, Type = 9, NameId = 10, TrackUuid = 11, CategoryText = 22, NameText = 23, SliceBegin = 1,
        SliceEnd = 2, InstantType = 3;

    // DebugAnnotation
    private const int AnnotationName = 10, AnnotationNumber = 4;

    // TrackDescriptor, ProcessDescriptor
    private const int Uuid = 1, TrackName = 2, ProcessField = 3, ParentUuid = 5, ProcessPid = 1;

    private const int ClearState = 1, NeedsState = 2, FlushAt = 1 << 16;

    private readonly ProtoWriter _trace = new(), _packet = new(), _event = new(), _inner = new(), _name = new();
    private readonly Dictionary<string, int> _names = [];
    private int _symbols;
    private bool _begun;

    /// <summary>Writes the description of a track.</summary>
    /// <param name="uuid">The number of the track.</param>
    /// <param name="name">The name of the track.</param>
    /// <param name="parent">The track that contains it; 0 for none.</param>
    /// <param name="process">The process that the track stands for; 0 for none.</param>
    public void Track(long uuid, string name, long parent = 0, int process = 0)
    {
        _event.Number(Uuid, uuid);
        _event.Text(TrackName, name);
        if (process > 0)
        {
            _inner.Number(ProcessPid, process);
            _event.Message(ProcessField, _inner);
            _inner.Clear();
        }
        _event.Number(ParentUuid, parent);
        Write(TrackDescriptor, _event);
    }

    /// <summary>Writes the begin of a slice.</summary>
    public void Begin(long track, string name, string category, long time)
    {
        if (!_names.TryGetValue(name, out var id))
        {
            _names.Add(name, id = _names.Count + 1);
            Intern(EventNames, id, name);
        }
        _event.Number(Type, SliceBegin);
        _event.Number(TrackUuid, track);
        _event.Number(NameId, id);
        _event.Text(CategoryText, category);
        _packet.Always(Timestamp, time);
        Write(TrackEvent, _event);
    }

    /// <summary>Writes the end of the innermost open slice of a track.</summary>
    /// <param name="track">The track.</param>
    /// <param name="time">The time.</param>
    /// <param name="annotation">The name of a number that the slice gets; null for none.</param>
    /// <param name="number">The number.</param>
    public void End(long track, long time, string? annotation = null, long number = 0)
    {
        _event.Number(Type, SliceEnd);
        _event.Number(TrackUuid, track);
        if (annotation is not null)
        {
            _inner.Text(AnnotationName, annotation);
            _inner.Always(AnnotationNumber, number);
            _event.Message(DebugAnnotations, _inner);
            _inner.Clear();
        }
        _packet.Always(Timestamp, time);
        Write(TrackEvent, _event);
    }

    /// <summary>Writes an event without a duration.</summary>
    public void Instant(long track, string name, string category, long time)
    {
        _event.Number(Type, InstantType);
        _event.Number(TrackUuid, track);
        _event.Text(NameText, name);
        _event.Text(CategoryText, category);
        _packet.Always(Timestamp, time);
        Write(TrackEvent, _event);
    }

    /// <summary>Interns the name of a kernel function, and returns the number by which fields of events refer to it.</summary>
    public int Symbol(string name)
    {
        Intern(KernelSymbols, ++_symbols, DisplayText.Visible(name));
        Complete();
        return _symbols;
    }

    /// <summary>Writes a packet with one message, and clears the message.</summary>
    /// <param name="field">The field of the message TracePacket.</param>
    /// <param name="message">The message.</param>
    /// <param name="time">The time of the packet; null for none.</param>
    public void Write(int field, ProtoWriter message, long? time = null)
    {
        if (time is { } at) _packet.Always(Timestamp, at);
        _packet.Message(field, message);
        message.Clear();
        Complete();
    }

    /// <summary>Passes what was written to the stream.</summary>
    public void Flush() => _trace.FlushTo(output);

    private void Intern(int field, int id, string name)
    {
        _name.Number(InternedId, id);
        _name.Text(InternedText, name);
        _inner.Message(field, _name);
        _packet.Message(InternedData, _inner);
        _name.Clear();
        _inner.Clear();
    }

    private void Complete()
    {
        _packet.Number(SequenceId, 1);
        _packet.Number(SequenceFlags, _begun ? NeedsState : NeedsState | ClearState);
        _begun = true;
        _trace.Message(TracePacket, _packet);
        _packet.Clear();
        if (_trace.Written.Length > FlushAt) Flush();
    }
}
