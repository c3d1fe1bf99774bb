using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes slices of kernel events that Perfetto has no track for: interrupt vectors other than the local timer, system calls that
/// a recording knows by name only, and lost events. Each has a track of its own, on which at most one slice is open.
/// </summary>
internal sealed class PerfettoSlices(PerfettoPackets packets)
{
    // No recording of a real kernel has more tasks at a time.
    private const int MostTasks = 100_000;

    private readonly NumberTable<Slot> _slots = new();
    private readonly HashSet<string> _groups = [];

    /// <summary>The state of a track.</summary>
    private struct Slot
    {
        public bool IsOpen;
        public long Latest;
    }

    /// <summary>Writes the begin or the end of the handler of an interrupt vector.</summary>
    public void Vector(FtraceKind kind, int cpu, long time)
        => Write("Interrupt vectors", PerfettoTracks.Vectors + cpu, $"CPU {cpu} interrupt vectors", kind.Slice, "irq",
            kind.Role == FtraceRole.VectorEntry, time);

    /// <summary>Writes the begin or the end of a system call.</summary>
    public void Syscall(FtraceKind kind, int pid, string? comm, long time)
        => Write("System calls", PerfettoTracks.Syscalls + pid, $"{comm}-{pid} system calls", kind.Slice, "syscall",
            kind.Role == FtraceRole.NamedEnter, time);

    /// <summary>Writes the time in which events were lost on a CPU.</summary>
    public void Loss(int cpu, long? events, long from, long to)
    {
        // What was open has ended by the end of the gap, but not necessarily in a recorded event.
        End(PerfettoTracks.Vectors + cpu, from);
        var track = PerfettoTracks.Losses + cpu;
        Open("Lost events", track, $"CPU {cpu} lost events");
        packets.Begin(track, "events lost", "loss", from);
        packets.End(track, to, events is null ? null : "events", events ?? 0);
    }

    private void Write(string group, long track, string name, string slice, string category, bool begins, long time)
    {
        if (!begins)
        {
            End(track, time);
            return;
        }
        if (_slots.Count >= MostTasks && !_slots.TryGetValue((ulong)track, out _)) return;
        End(track, time);
        ref var slot = ref Open(group, track, name);
        (slot.IsOpen, slot.Latest) = (true, time);
        packets.Begin(track, slice, category, time);
    }

    private ref Slot Open(string group, long track, string name)
    {
        ref var slot = ref _slots.GetOrAdd((ulong)track, out var known);
        if (known) return ref slot;
        var parent = PerfettoTracks.GroupOf(track);
        if (_groups.Add(group)) packets.Track(parent, group);
        packets.Track(track, name, parent);
        return ref slot;
    }

    /// <summary>Ends the open slice of a track, if there is one.</summary>
    private void End(long track, long time)
    {
        if (!_slots.TryGetValue((ulong)track, out var slot) || !slot.IsOpen) return;
        packets.End(track, Math.Max(time, slot.Latest));
        _slots.Set((ulong)track, default);
    }
}
