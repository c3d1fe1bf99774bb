using System.Text.RegularExpressions;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// The state of a task that leaves a CPU, as Perfetto decodes it: by the kernel release in the trace. The recording's own format
/// of the event gives the letters of a state, and they are encoded as that release encodes them.
/// </summary>
internal sealed partial class PerfettoStates
{
    // The states and their bits before 4.14, from which on those above Z have moved. A state that a layout lacks has no bit.
    private const string Letters = "SDTtXZPIxKWN";
    private static readonly int[] Modern = [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0, 0, 0, 0];
    private static readonly int[] Old = [1, 2, 4, 8, 0x10, 0x20, 0x200, 0x402, 0x40, 0x80, 0x100, 0x400];

    // A field of 64 bits has any number of values in a damaged recording.
    private const int MostStates = 4096;

    private readonly Dictionary<EventSchema, NumberTable<int>> _known = [];
    private readonly int[] _bits = Old;
    private readonly int _preempted = 0x800;

    /// <summary>Creates the encoder of a kernel release; null for what Perfetto assumes if a trace has none, 4.4.</summary>
    public PerfettoStates(string? release)
    {
        if (release is null || Release().Match(release) is not { Success: true } match) return;
        var version = new Version(int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan));
        if (version >= new Version(4, 14)) (_bits, _preempted) = (Modern, 0x100);
        else if (version >= new Version(4, 8)) _preempted = 0x1000;
    }

    /// <summary>The state of a record; null if it is not known.</summary>
    public int? Of(EventSchema schema, FieldReader field, ReadOnlySpan<byte> body)
    {
        if (!field.TryNumber(body, out var raw))
            return field.Text(body) is { IsEmpty: false } text ? Encode(System.Text.Encoding.Latin1.GetString(text)) : null;
        if (!_known.TryGetValue(schema, out var states)) _known.Add(schema, states = new NumberTable<int>());
        if (states.TryGetValue((ulong)raw, out var state)) return state;
        // The name of a task has 15 bytes, so it cannot contain what this finds.
        var message = Printed().Match(schema.Message(body));
        state = message.Success && Encode(message.Groups[1].Value) is { } decoded ? decoded : (int)(raw & 0xFFFF);
        if (states.Count < MostStates) states.Set((ulong)raw, state);
        return state;
    }

    private int? Encode(string letters)
    {
        var state = 0;
        foreach (var letter in letters)
        {
            var at = Letters.IndexOf(letter, StringComparison.Ordinal);
            if (at >= 0) state |= _bits[at];
            else if (letter == '+') state |= _preempted;
            else if (letter is not ('R' or '|')) return null;
        }
        return state;
    }

    [GeneratedRegex(@"^([0-9]{1,4})\.([0-9]{1,4})")]
    private static partial Regex Release();

    [GeneratedRegex(@" prev_prio=-?[0-9]+ prev_state=(\S+) ==> next_comm=")]
    private static partial Regex Printed();
}
