using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// Decodes <c>prev_state</c> by the recording's own <c>sched_switch</c>. The bits have had different meanings: preempted was
/// 0x800, 0x1000 and 0x100, so only what the event's <c>print fmt</c> makes of a number counts. Each number is printed once.
/// </summary>
internal sealed class SwitchStates(EventSchema schema)
{
    private const int Direct = 1 << 13;
    private const int MostOthers = 1 << 16;

    private readonly FieldReader _field = schema.Reader("prev_state");
    private readonly SwitchState[] _direct = new SwitchState[Direct];
    private readonly NumberTable<SwitchState> _others = new();

    /// <summary>The state of the task that a record switches out.</summary>
    public SwitchState Of(ReadOnlySpan<byte> body)
    {
        if (!_field.TryNumber(body, out var number))
            return _field.Text(body) is { IsEmpty: false } text ? OfText(text) : Print(body);
        if ((ulong)number < Direct)
        {
            ref var known = ref _direct[number];
            return known != SwitchState.Unknown ? known : known = Print(body);
        }
        if (_others.TryGetValue((ulong)number, out var state)) return state;
        state = Print(body);
        if (_others.Count < MostOthers) _others.Set((ulong)number, state);
        return state;
    }

    private SwitchState Print(ReadOnlySpan<byte> body)
    {
        var message = schema.Message(body).AsSpan();
        const string Key = "prev_state=";
        // A task can call itself prev_state=R; the field is followed by an arrow.
        for (var at = message.IndexOf(Key); at >= 0; at = message.IndexOf(Key))
        {
            message = message[(at + Key.Length)..];
            var end = message.IndexOf(' ');
            if (end > 0 && message[end..].StartsWith(" ==> next_comm=", StringComparison.Ordinal))
                return OfText(NameText.Encode(message[..end].ToString()));
        }
        return SwitchState.Unknown;
    }

    private static SwitchState OfText(ReadOnlySpan<byte> state)
        => state.IsEmpty ? SwitchState.Unknown
            : state.StartsWith("R+"u8) ? SwitchState.Preempted
            : state[0] == (byte)'R' ? SwitchState.Yielded
            : state[0] is (byte)'X' or (byte)'Z' ? SwitchState.Dies : SwitchState.Sleeps;
}
