using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Assertions;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Incidents;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Incidents;

/// <summary>The assertions that a cmdlet is given: texts, claims, or hashtables and objects with a claim and a reason.</summary>
internal static class ClaimInput
{
    private const int LongestValue = 80;

    /// <summary>The assertions.</summary>
    /// <param name="cmdlet">The cmdlet, which reports errors.</param>
    /// <param name="values">What was given.</param>
    public static IReadOnlyList<IncidentAssertion> Of(PSCmdlet cmdlet, IEnumerable<object?> values)
    {
        try
        {
            return [.. values.Select(Of)];
        }
        catch (KernelMagnifierException error)
        {
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error));
            throw;
        }
    }

    /// <summary>The cmdlet that looks closer at a claim.</summary>
    public static string Next(LatencyClaim claim, string recording)
        => $"Trace-KmLatencyCause {AssertionOutput.Quoted(recording)} -Kind {claim.Kind} -Above "
            + $"{DurationText.Compact(claim.LimitNanoseconds)} -Total";

    /// <summary>The cmdlet that looks closer if there is no interval.</summary>
    public static string Nothing(string recording) => $"Test-KmTrace {AssertionOutput.Quoted(recording)}";

    private static IncidentAssertion Of(object? value)
    {
        var item = PSObject.AsPSObject(value ?? "");
        if (item.BaseObject is string text) return new IncidentAssertion(LatencyClaim.Parse(text), null);
        if (item.BaseObject is LatencyClaim claim) return new IncidentAssertion(claim, null);
        if (item.BaseObject is IncidentAssertion assertion) return assertion;
        try
        {
            var properties = new InputProperties(item.BaseObject is IDictionary ? item.BaseObject : item);
            return new IncidentAssertion(LatencyClaim.Parse(Text(properties, item)), properties.Text("Because"));
        }
        catch (InputException error)
        {
            throw new KernelMagnifierException(ErrorCode.BadRequest, "Assertion", Cause(error, item),
                LatencyClaim.Expected, error);
        }
    }

    private static string Cause(InputException error, PSObject item)
    {
        static string Shown(object? value) => DisplayText.Shorten($"{value}", LongestValue);
        if (error.Value is not null) return $"its {error.Property} is '{Shown(error.Value)}', which is no {error.Property}.";
        return item.BaseObject is IDictionary table
            ? $"the table has no Claim, only {Shown(string.Join(", ", table.Keys.Cast<object>()))}."
            : $"'{Shown(item)}' is neither a text nor an object with a Claim.";
    }

    /// <summary>The text of a claim in an object: a copy of a claim has its parts only.</summary>
    private static string Text(InputProperties properties, PSObject item)
    {
        var claim = properties.Value("Claim");
        if (claim is string text) return text;
        var parts = claim is null ? properties : new InputProperties(item.Properties["Claim"]?.Value ?? claim);
        var comm = parts.Text("Comm");
        return (parts.Text("Kind"), parts.Text("Number"), parts.Text("Operator"),
            parts.Integer("LimitNanoseconds", 0, long.MaxValue))
            is ({ } kind, { } number, { } sign, { } limit)
            ? $"{kind}{(comm is null ? "" : $"@\"{comm.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")} "
                + $"{number} {sign} {limit}ns"
            : throw new InputException("Claim", claim, "a claim such as 'Wakeup@periodic P90 < 5ms'");
    }
}
