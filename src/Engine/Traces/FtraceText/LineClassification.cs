namespace KernelMagnifier.Traces.FtraceText;

/// <summary>What a single line shows about the format of a file.</summary>
/// <param name="Prefix">The format of its prefix.</param>
/// <param name="HasTime">Whether it has a time.</param>
/// <param name="IsCount">Whether the time is a count.</param>
/// <param name="IsCall">Whether it is a call.</param>
/// <param name="HasCaller">Whether it is a call with its caller.</param>
/// <param name="Flags">The number of its flags; 0 if it has none.</param>
internal readonly record struct LineClassification(
    LinePrefixKind Prefix, bool HasTime, bool IsCount, bool IsCall, bool HasCaller, int Flags)
{
    // In this order: a line of the more specific formats can match the more general ones too.
    private static ReadOnlySpan<LinePrefixKind> Kinds =>
        [LinePrefixKind.Context, LinePrefixKind.Latency, LinePrefixKind.Verbose, LinePrefixKind.Hex, LinePrefixKind.Raw,
            LinePrefixKind.None];

    /// <summary>Classifies a line of a file whose format is not known; null if the line fits no format.</summary>
    public static LineClassification? Of(ReadOnlySpan<byte> line)
    {
        foreach (var kind in Kinds)
        {
            if (!LinePrefix.TryParse(line, kind, FunctionTextLayout.DefaultContextColumn, out var prefix) || prefix.Kind != kind)
                continue;
            var body = FunctionTextEvent.Parse(line[prefix.Body..], kind, callersExpected: false);
            if (body.Kind == FunctionTextEventKind.None || (kind == LinePrefixKind.None && body.Caller.IsEmpty)) continue;
            return new LineClassification(kind, prefix.HasTime, prefix.IsCount, body.Kind == FunctionTextEventKind.Call,
                !body.Caller.IsEmpty, prefix.Flags);
        }
        return null;
    }
}
