namespace KernelMagnifier.Traces.Formats;

/// <summary>A parsed <c>print fmt</c>: how the text of an event is made of its record. Immutable.</summary>
/// <param name="parts">The parts of the format with their arguments.</param>
internal sealed class PrintFormat(IReadOnlyList<PrintConversion> parts)
{
    private readonly PrintConversion[] _parts = [.. parts];

    /// <summary>The parts of the format with their arguments.</summary>
    public IReadOnlyList<PrintConversion> Parts => _parts;

    /// <summary>Writes the text of a record.</summary>
    public void Write(PrintText text, ReadOnlySpan<byte> body, IEventEnvironment environment)
    {
        var evaluator = new PrintEvaluator(body, environment);
        foreach (var part in _parts)
        {
            text.Append(part.Literal);
            if (part.Argument is not null) Write(text, part, evaluator);
            if (text.IsFull) return;
        }
    }

    /// <summary>Writes what a conversion makes of its argument.</summary>
    public static void Write(PrintText text, PrintConversion part, PrintEvaluator evaluator)
    {
        var argument = part.Argument!;
        var (width, precision) = (part.Width, part.Precision);
        if (part.WidthArgument is { } widthArgument)
        {
            width = Math.Clamp((int)evaluator.Number(widthArgument), -PrintText.Longest, PrintText.Longest);
            if (width < 0) (width, part) = (-width, part with { IsLeft = true });
        }
        if (part.PrecisionArgument is { } precisionArgument) precision = Math.Max(-1, (int)evaluator.Number(precisionArgument));
        switch (part.Type)
        {
            case (byte)'s':
                evaluator.WriteText(text, argument, part, width, precision);
                break;
            case (byte)'p':
                evaluator.WritePointer(text, argument, part.Extension, part.WidthArgument is null ? 1 : width);
                break;
            default:
                if (argument.WithoutCasts is { Kind: PrintExpressionKind.Call } call) evaluator.WriteCall(text, call);
                else PrintNumbers.Write(text, part, width, precision, evaluator.Number(argument));
                break;
        }
    }
}
