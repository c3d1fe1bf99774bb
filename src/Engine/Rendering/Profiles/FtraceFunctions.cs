using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The functions in the fields of events, as symbols that are interned in the trace.</summary>
internal sealed partial class FtraceFunctions(PerfettoPackets packets)
{
    // A kernel has a few hundred functions that timers and work items call.
    private const int MostFunctions = 65_536;

    private readonly Dictionary<string, int> _symbols = [];
    private readonly Dictionary<EventSchema, NumberTable<int>> _known = [];

    /// <summary>The functions beyond the limit, which have no name in the trace.</summary>
    public long Unnamed { get; private set; }

    /// <summary>Forgets the addresses of a recording.</summary>
    public void Clear() => _known.Clear();

    /// <summary>The symbol of the function in a record; 0 if it is not known.</summary>
    public int Of(EventSchema schema, FieldReader field, ReadOnlySpan<byte> body)
    {
        if (!field.TryNumber(body, out var address))
            return field.Text(body) is { IsEmpty: false } name ? Symbol(Encoding.UTF8.GetString(name)) : 0;
        if (!_known.TryGetValue(schema, out var symbols)) _known.Add(schema, symbols = new NumberTable<int>());
        if (symbols.TryGetValue((ulong)address, out var symbol)) return symbol;
        if (symbols.Count >= MostFunctions)
        {
            Unnamed++;
            return 0;
        }
        var printed = Printed().Match(schema.Message(body));
        symbol = Symbol(printed.Success ? printed.Groups[1].Value : $"0x{address:x}");
        symbols.Set((ulong)address, symbol);
        return symbol;
    }

    private int Symbol(string name)
    {
        if (_symbols.TryGetValue(name, out var symbol)) return symbol;
        if (_symbols.Count >= MostFunctions)
        {
            Unnamed++;
            return 0;
        }
        _symbols.Add(name, symbol = packets.Symbol(name));
        return symbol;
    }

    [GeneratedRegex(@"\bfunction[= ](\S+)")]
    private static partial Regex Printed();
}
