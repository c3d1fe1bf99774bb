namespace KernelMagnifier.Traces.Formats;

/// <summary>The parts of a <c>print fmt</c> that show one field by name, next to each other.</summary>
/// <param name="Field">The field.</param>
/// <param name="Parts">The parts.</param>
internal sealed record SymbolPart(EventFieldFormat Field, IReadOnlyList<PrintConversion> Parts)
{
    /// <summary>
    /// Finds what a format shows by name: of each field the first place with a list of names, or else the first.
    /// </summary>
    public static IEnumerable<SymbolPart> Of(PrintFormat format)
    {
        var found = new Dictionary<EventFieldFormat, (List<PrintConversion> Parts, bool HasNames)>();
        EventFieldFormat? last = null;
        foreach (var part in format.Parts)
        {
            if (part.Argument is null) continue;
            var field = IsSymbol(part) ? OnlyField(part.Argument) : null;
            var isNext = field is not null && field == last && part.Literal.Length == 0;
            last = field;
            if (field is null) continue;
            var hasNames = HasNames(part.Argument);
            var isKnown = found.TryGetValue(field, out var known);
            if (isKnown && isNext && known.Parts[^1] == Before(format, part)) known.Parts.Add(part);
            else if (!isKnown || (hasNames && !known.HasNames)) found[field] = ([part], hasNames);
        }
        return found.Select(f => new SymbolPart(f.Key, f.Value.Parts));
    }

    /// <summary>Writes the symbolic name.</summary>
    /// <returns>False if the value has none.</returns>
    public bool TryWrite(PrintText text, ReadOnlySpan<byte> body, IEventEnvironment environment)
    {
        text.Clear();
        var evaluator = new PrintEvaluator(body, environment);
        if (IsAddressOfText(Parts[0]))
        {
            if (environment.TextAt(evaluator.Number(Parts[0].Argument!)) is not { } known) return false;
            text.Append(known);
            return true;
        }
        foreach (var part in Parts) PrintFormat.Write(text, part, evaluator);
        return text.Length > 0 && !text.Written.StartsWith("0x"u8);
    }

    private static PrintConversion? Before(PrintFormat format, PrintConversion part)
    {
        for (var i = 1; i < format.Parts.Count; i++)
            if (ReferenceEquals(format.Parts[i], part))
                return format.Parts[i - 1];
        return null;
    }

    private static bool IsSymbol(PrintConversion part) => part.Type switch
    {
        (byte)'s' when IsAddressOfText(part) => true,
        (byte)'s' => part.Argument!.IsText
            && part.Argument.Kind is not (PrintExpressionKind.Text or PrintExpressionKind.FieldText),
        (byte)'p' => part.Extension.Length > 0 && part.Extension[0] is not ((byte)'K' or (byte)'x'),
        _ => false,
    };

    /// <summary>Whether the field is the address of a constant string of the kernel.</summary>
    private static bool IsAddressOfText(PrintConversion part)
        => part is { Type: (byte)'s', Argument: { Kind: PrintExpressionKind.Field, Field: { IsNumber: true, Size: 4 or 8 } } };

    private static bool HasNames(PrintExpression? e) => e is not null
        && (e.Kind is PrintExpressionKind.Symbolic or PrintExpressionKind.Flags
            || HasNames(e.Left) || HasNames(e.Right) || HasNames(e.Third));

    /// <summary>The field of an expression that has only one.</summary>
    private static EventFieldFormat? OnlyField(PrintExpression e)
    {
        EventFieldFormat? only = null;
        return Visit(e) ? only : null;

        bool Visit(PrintExpression? node)
        {
            if (node is null) return true;
            if (node.Field is { } field && field != (only ??= field)) return false;
            return Visit(node.Left) && Visit(node.Right) && Visit(node.Third);
        }
    }
}
