using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>
/// Makes digests of the scheduler's most frequent events. A record that names a task for the first time in a part of the
/// recording, or by another name than before, is delivered whole, so that its name is kept.
/// </summary>
internal sealed class IntervalDigester : EventDigester
{
    /// <summary>
    /// A <c>sched_switch</c>: A is the pid that leaves, B the one that comes, Detail its <see cref="SwitchState"/>.
    /// </summary>
    public const byte Switch = 1;

    /// <summary>A <c>sched_waking</c>: A is the pid that is woken.</summary>
    public const byte Waking = 2;

    /// <summary>A <c>sched_wakeup</c>: A is the pid that is woken.</summary>
    public const byte Wakeup = 3;

    // A task that has no place of its own costs time, but changes nothing.
    private const int Names = 1024;

    private readonly Name[] _names = new Name[Names];
    private readonly (FieldReader Pid, FieldReader Comm)[] _woken = new (FieldReader, FieldReader)[Wakeup + 1];
    private FieldReader _prevPid, _nextPid, _prevComm, _nextComm;
    private SwitchStates? _states;
    private int _part = 1;

    private struct Name
    {
        public ulong First, Second;
        public int ProcessId, Part;
    }

    /// <inheritdoc/>
    public override byte KindOf(EventSchema schema)
    {
        switch (schema.Name)
        {
            case "sched_switch" when _states is null:
                (_prevPid, _nextPid) = (schema.Reader("prev_pid"), schema.Reader("next_pid"));
                (_prevComm, _nextComm) = (schema.Reader("prev_comm"), schema.Reader("next_comm"));
                _states = new SwitchStates(schema);
                return Switch;
            case "sched_waking" when !_woken[Waking].Pid.Exists:
                _woken[Waking] = (schema.Reader("pid"), schema.Reader("comm"));
                return Waking;
            case "sched_wakeup" when !_woken[Wakeup].Pid.Exists:
                _woken[Wakeup] = (schema.Reader("pid"), schema.Reader("comm"));
                return Wakeup;
            default:
                return 0;
        }
    }

    /// <inheritdoc/>
    public override void Restart() => _part++;

    /// <inheritdoc/>
    public override bool TryDigest(byte kind, ReadOnlySpan<byte> body, ref EventDigest digest)
    {
        if (kind != Switch)
        {
            ref readonly var woken = ref _woken[kind];
            return TryPid(woken.Pid, woken.Comm, body, out digest.A);
        }
        if (!TryPid(_prevPid, _prevComm, body, out digest.A) || !TryPid(_nextPid, _nextComm, body, out digest.B)) return false;
        var state = _states!.Of(body);
        digest.Detail = (byte)state;
        return state != SwitchState.Unknown;
    }

    /// <summary>Reads a pid; false if it is no pid, or if its name is not the one that it had in this part.</summary>
    private bool TryPid(in FieldReader pid, in FieldReader comm, ReadOnlySpan<byte> body, out int processId)
    {
        processId = 0;
        if (!pid.TryNumber(body, out var number) || number is < 0 or > int.MaxValue) return false;
        processId = (int)number;
        // The idle tasks have no name.
        if (processId == 0) return true;
        if (!comm.TryName(body, out var first, out var second)) return false;
        ref var name = ref _names[processId & (Names - 1)];
        if (name.ProcessId == processId && name.First == first && name.Second == second && name.Part == _part) return true;
        name = new Name { ProcessId = processId, First = first, Second = second, Part = _part };
        return false;
    }
}
