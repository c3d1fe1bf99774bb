using System.Text;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// The form of an event's message. <c>{pid:d}</c> is a field with the letter of its kind, <c>{:d}</c> text that is not kept,
/// <c>~</c> one space or more, <c>*</c> any spaces, and <c>(?x?)</c> an optional part. Everything else stands for itself.
/// </summary>
/// <remarks>
/// A text field takes as many bytes as the rest of the pattern allows, because a task name can contain any byte: of several
/// places where the rest matches, the last one counts. A pattern need not reach the end of the message.
/// </remarks>
internal sealed class MessagePattern
{
    // Of the last places where the text after a text field is found, so that a hostile message takes bounded time.
    private const int MostPlaces = 16;

    // The kernel formats the text of an event in a buffer of 8 KB (TRACE_SEQ_SIZE).
    private const int LongestMessage = 16 << 10;

    private readonly List<PatternPart> _parts = [];
    private readonly List<(string Name, FieldKind Kind)> _fields = [];
    private readonly bool _isAnchored;

    /// <summary>Reads the text of a pattern. It starts with <c>^</c> if only spaces may precede it in the message.</summary>
    public MessagePattern(string pattern)
    {
        _isAnchored = pattern[0] == '^';
        Read(_isAnchored ? pattern[1..] : pattern);
        if (!_isAnchored && _parts[0].Kind != PatternPartKind.Literal) throw new ArgumentException(pattern, nameof(pattern));
    }

    /// <summary>The fields in order.</summary>
    public IReadOnlyList<(string Name, FieldKind Kind)> Fields => _fields;

    /// <summary>Finds the fields in a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="fields">Takes the places of <see cref="Fields"/>.</param>
    public bool TryMatch(ReadOnlySpan<byte> message, Span<FieldSlice> fields)
    {
        fields[.._fields.Count].Fill(FieldSlice.None);
        if (message.Length > LongestMessage) return false;
        var start = 0;
        if (_isAnchored) SkipSpaces(message, ref start);
        else start = message.IndexOf(_parts[0].Literal);
        return start >= 0 && Match(0, message, start, fields);
    }

    private bool Match(int part, ReadOnlySpan<byte> message, int at, Span<FieldSlice> fields)
    {
        for (; part < _parts.Count; part++)
        {
            var expected = _parts[part];
            switch (expected.Kind)
            {
                case PatternPartKind.Literal:
                    if (!message[at..].StartsWith(expected.Literal)) return false;
                    at += expected.Literal.Length;
                    break;
                case PatternPartKind.Spaces:
                    if (!SkipSpaces(message, ref at)) return false;
                    break;
                case PatternPartKind.AnySpaces:
                    SkipSpaces(message, ref at);
                    break;
                case PatternPartKind.Optional:
                    if (Match(part + 1, message, at, fields)) return true;
                    Clear(part, expected.Count, fields);
                    part += expected.Count;
                    break;
                default:
                    if (expected.Reading == FieldKind.Text) return MatchText(part, message, at, fields);
                    var length = MessageNumber.LengthOf(message[at..], expected.Reading);
                    if (length == 0) return false;
                    if (expected.Field >= 0) fields[expected.Field] = new FieldSlice(at, length);
                    at += length;
                    break;
            }
        }
        return true;
    }

    private bool MatchText(int part, ReadOnlySpan<byte> message, int at, Span<FieldSlice> fields)
    {
        var field = _parts[part].Field;
        if (part + 1 == _parts.Count)
        {
            if (field >= 0) fields[field] = new FieldSlice(at, message[at..].TrimEnd((byte)' ').Length);
            return true;
        }
        var next = _parts[part + 1];
        var end = message.Length;
        for (var places = 0; places < MostPlaces; places++)
        {
            end = at + message[at..end].LastIndexOf(next.Literal);
            if (end < at) return false;
            if (field >= 0) fields[field] = new FieldSlice(at, end - at);
            if (Match(part + 1, message, end, fields)) return true;
            // The next place can overlap this one.
            end = Math.Min(message.Length, end + next.Literal.Length - 1);
        }
        return false;
    }

    private void Clear(int part, int count, Span<FieldSlice> fields)
    {
        for (var i = part + 1; i <= part + count; i++)
            if (_parts[i].Field >= 0)
                fields[_parts[i].Field] = FieldSlice.None;
    }

    private static bool SkipSpaces(ReadOnlySpan<byte> message, ref int at)
    {
        var from = at;
        while (at < message.Length && message[at] == ' ') at++;
        return at > from;
    }

    private void Read(string pattern)
    {
        for (var at = 0; at < pattern.Length;)
        {
            if (pattern[at] == '{')
            {
                var end = pattern.IndexOf('}', at);
                AddField(pattern[(at + 1)..(end - 2)], pattern[end - 1]);
                at = end + 1;
            }
            else if (pattern.AsSpan(at).StartsWith("(?"))
            {
                var end = pattern.IndexOf("?)", at, StringComparison.Ordinal);
                var group = _parts.Count;
                _parts.Add(Simple(PatternPartKind.Optional));
                Read(pattern[(at + 2)..end]);
                _parts[group] = _parts[group] with { Count = _parts.Count - group - 1 };
                at = end + 2;
            }
            else if (pattern[at] is '~' or '*')
            {
                _parts.Add(Simple(pattern[at++] == '~' ? PatternPartKind.Spaces : PatternPartKind.AnySpaces));
            }
            else
            {
                var length = LiteralLength(pattern.AsSpan(at));
                _parts.Add(Simple(PatternPartKind.Literal) with { Literal = Encoding.ASCII.GetBytes(pattern[at..(at + length)]) });
                at += length;
            }
        }
    }

    private static int LiteralLength(ReadOnlySpan<char> pattern)
    {
        for (var i = 1; i < pattern.Length; i++)
            if (pattern[i] is '{' or '~' or '*' || pattern[i..].StartsWith("(?"))
                return i;
        return pattern.Length;
    }

    private static PatternPart Simple(PatternPartKind kind) => new(kind, [], -1, FieldKind.Text, 0);

    private void AddField(string name, char letter)
    {
        var kind = letter switch
        {
            't' => FieldKind.Text,
            'w' => FieldKind.Word,
            'n' => FieldKind.Identifier,
            'd' => FieldKind.Number,
            'x' => FieldKind.Hex,
            'l' => FieldKind.HexList,
            's' => FieldKind.Seconds,
            'D' => FieldKind.Device,
            'c' => FieldKind.TimerContext,
            _ => throw new ArgumentException($"No kind {letter}.", nameof(letter)),
        };
        if (name.Length > 0) _fields.Add((name, kind));
        _parts.Add(new PatternPart(PatternPartKind.Field, [], name.Length > 0 ? _fields.Count - 1 : -1, kind, 0));
    }
}
