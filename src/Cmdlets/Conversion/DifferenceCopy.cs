using System.Collections;
using KernelMagnifier.Comparison;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>Rows of comparisons that come back from a file or another process. Their recordings do not come back.</summary>
internal static class DifferenceCopy
{
    private const int MostReasons = 16;

    /// <summary>The row that an object is a copy of; null for another object.</summary>
    /// <exception cref="InputException">A property has a value that no row has.</exception>
    public static TraceDifference? Of(InputProperties input)
    {
        if (!IsCopy(input)) return null;
        return new TraceDifference
        {
            Kind = input.Text(nameof(TraceDifference.Kind)) ?? "",
            Key = input.Text(nameof(TraceDifference.Key)),
            Caller = input.Text(nameof(TraceDifference.Caller)),
            Callee = input.Text(nameof(TraceDifference.Callee)),
            Metric = input.Text(nameof(TraceDifference.Metric)) ?? "",
            Unit = input.Text(nameof(TraceDifference.Unit)) ?? "",
            Before = Number(input, nameof(TraceDifference.Before)),
            After = Number(input, nameof(TraceDifference.After)),
            Ratio = Number(input, nameof(TraceDifference.Ratio)),
            RatioLow = Number(input, nameof(TraceDifference.RatioLow)),
            RatioHigh = Number(input, nameof(TraceDifference.RatioHigh)),
            PValue = Number(input, nameof(TraceDifference.PValue)),
            IsSignificant = input.Value(nameof(TraceDifference.IsSignificant)) as bool?,
            Presence = input.Text(nameof(TraceDifference.Presence)) ?? "Both",
            Verdict = input.Text(nameof(TraceDifference.Verdict)) ?? "Inconclusive",
            Method = input.Text(nameof(TraceDifference.Method)) ?? "None",
            Reasons = Reasons(input),
            BeforeCount = input.Integer(nameof(TraceDifference.BeforeCount), 0, long.MaxValue) ?? 0,
            AfterCount = input.Integer(nameof(TraceDifference.AfterCount), 0, long.MaxValue) ?? 0,
        };
    }

    /// <summary>Whether the type or, of objects of a text, the properties are those of a row.</summary>
    private static bool IsCopy(InputProperties input)
    {
        var type = typeof(TraceDifference).FullName!;
        return input.TypeNames.Select(name => name.Split('#')[0])
                .Any(name => name == type || name.EndsWith("." + type, StringComparison.Ordinal))
            || (input.Has(nameof(TraceDifference.Verdict)) && input.Has(nameof(TraceDifference.BeforeCount))
                && input.Has(nameof(TraceDifference.AfterCount)));
    }

    private static double? Number(InputProperties input, string name)
        => input.Real(name) switch
        {
            null => null,
            >= 0 and < double.PositiveInfinity and var number => number,
            _ => throw new InputException(name, input.Value(name), "a number that is not negative"),
        };

    private static string[] Reasons(InputProperties input) => input.Value(nameof(TraceDifference.Reasons)) switch
    {
        string one => [one],
        IEnumerable many => [.. many.Cast<object?>().Take(MostReasons).Select(reason => reason?.ToString()).OfType<string>()],
        _ => [],
    };
}
