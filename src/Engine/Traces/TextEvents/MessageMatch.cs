namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// The last message of a thread and the places of its fields. The fields of a record are read one after the other, and all of
/// them are found at once.
/// </summary>
internal sealed class MessageMatch
{
    // Longer messages are rare, and a copy of one is not worth its price.
    private const int LongestMessage = 1024;

    [ThreadStatic]
    private static MessageMatch? _ofThread;

    private readonly byte[] _message = new byte[LongestMessage];
    private FieldSlice[] _fields = [];
    private IReadOnlyList<MessagePattern>? _patterns;
    private int _length;

    /// <summary>The index of the pattern that matches; -1 if none does.</summary>
    public int Pattern { get; private set; }

    /// <summary>The places of the fields of <see cref="Pattern"/>.</summary>
    public ReadOnlySpan<FieldSlice> Fields => _fields;

    /// <summary>Matches a message. The result is good until the next call on the thread.</summary>
    public static MessageMatch Of(ReadOnlySpan<byte> message, IReadOnlyList<MessagePattern> patterns)
    {
        var match = _ofThread ??= new MessageMatch();
        if (!ReferenceEquals(match._patterns, patterns) || !message.SequenceEqual(match._message.AsSpan(0, match._length)))
            match.Find(message, patterns);
        return match;
    }

    private void Find(ReadOnlySpan<byte> message, IReadOnlyList<MessagePattern> patterns)
    {
        var keep = message.Length <= LongestMessage;
        (_patterns, _length) = (keep ? patterns : null, keep ? message.Length : 0);
        if (keep) message.CopyTo(_message);
        for (Pattern = 0; Pattern < patterns.Count; Pattern++)
        {
            var count = patterns[Pattern].Fields.Count;
            if (_fields.Length < count) _fields = new FieldSlice[count];
            if (patterns[Pattern].TryMatch(message, _fields)) return;
        }
        Pattern = -1;
    }
}
