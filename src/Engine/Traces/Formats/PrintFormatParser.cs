namespace KernelMagnifier.Traces.Formats;

/// <summary>Parses the <c>print fmt</c> of a format file: a format string and the C expressions of its arguments.</summary>
internal static class PrintFormatParser
{
    // The longest formats of kernels have about 40 KB, nearly all of it names of flags.
    private const int Longest = 1 << 20, MostParts = 1024;

    /// <summary>Parses what follows <c>print fmt:</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fields">The fields of the event.</param>
    /// <param name="environment">What the records refer to.</param>
    /// <param name="isAsTraceCmd">Whether operators are applied in the order of <c>trace-cmd report</c>, not of C.</param>
    /// <returns>Null if it cannot be parsed.</returns>
    public static PrintFormat? Parse(
        ReadOnlySpan<byte> text, IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment, bool isAsTraceCmd)
    {
        if (text.Length > Longest) return null;
        var parser = new PrintExpressionParser(text, fields, environment, isAsTraceCmd);
        if (!parser.TryLiteral(out var format)) return null;
        var parts = PrintConversionParser.Parse(format);
        if (parts.Count > MostParts) return null;
        var arguments = new List<PrintExpression>();
        while (parser.TryTake((byte)','))
        {
            if (parser.Parse() is not { } argument || arguments.Count == 2 * MostParts) return null;
            arguments.Add(argument);
        }
        return parser.IsAtEnd && Bind(parts, arguments) ? new PrintFormat(parts) : null;
    }

    /// <summary>Gives each conversion its arguments.</summary>
    /// <returns>False if there are too few.</returns>
    private static bool Bind(List<PrintConversion> parts, List<PrintExpression> arguments)
    {
        var next = 0;
        PrintExpression? Take() => next < arguments.Count ? arguments[next++] : null;
        for (var i = 0; i < parts.Count; i++)
        {
            var part = parts[i];
            if (part.Type == 0) continue;
            if (part.HasWidthArgument) part = part with { WidthArgument = Take() };
            if (part.HasPrecisionArgument) part = part with { PrecisionArgument = Take() };
            if (Take() is not { } argument) return false;
            parts[i] = part with { Argument = argument };
        }
        return true;
    }
}
