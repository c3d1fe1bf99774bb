using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// The keys of an event whose field holds a number of which the event's text has the name, such as the address of a function or
/// the number of a softirq. The text is made once for each number.
/// </summary>
/// <param name="names">Takes the keys.</param>
/// <param name="schema">The event.</param>
/// <param name="field">The field.</param>
/// <param name="marks">What comes before the name in the text of the event; the first that occurs counts.</param>
internal sealed class MessageKeys(LatencyNames names, EventSchema schema, string field, params string[] marks)
{
    private const int Most = 1 << 16;

    private readonly FieldReader _field = schema.Reader(field);
    private readonly NumberTable<int> _keys = new();

    /// <summary>The key of a record.</summary>
    public int Of(ReadOnlySpan<byte> body)
    {
        if (!_field.TryNumber(body, out var number))
            return _field.Text(body) is { IsEmpty: false } text ? names.Key(Word(text)) : Parse(body) ?? names.Key("?"u8);
        if (_keys.TryGetValue((ulong)number, out var key)) return key;
        key = Parse(body) ?? names.Key(NameText.Encode(number.ToString(CultureInfo.InvariantCulture)));
        if (_keys.Count < Most) _keys.Set((ulong)number, key);
        return key;
    }

    private int? Parse(ReadOnlySpan<byte> body)
    {
        var message = schema.Message(body);
        foreach (var mark in marks)
        {
            var at = message.IndexOf(mark, StringComparison.Ordinal);
            if (at < 0) continue;
            var word = Word(NameText.Encode(message[(at + mark.Length)..]));
            if (!word.IsEmpty) return names.Key(word);
        }
        return null;
    }

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny(" \t\n]"u8);
        return end < 0 ? text : text[..end];
    }
}
