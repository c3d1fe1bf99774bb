using KernelMagnifier.Comparison;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Makes tables of assertions.</summary>
internal static class AssertionReports
{
    private static readonly (ReportColumn Column, Func<TraceAssertion, ReportValue> Value)[] Columns =
    [
        (new("outcome", "Outcome"), a => ReportValue.Of(a.Outcome)),
        (new("subject", "Subject"), a => ReportValue.Of(a.Subject)),
        (new("expected", "Expected"), a => ReportValue.Of(a.Expected)),
        (new("found", "Found"), a => ReportValue.Of(a.Found)),
        (new("evidence", "Evidence"), a => ReportValue.Of(a.Evidence)),
        (new("nextCommand", "Next command") { NotInTable = true }, a => ReportValue.Of(a.NextCommand)),
        (new("recording", "Recording") { NotInTable = true }, a => ReportValue.Of(a.Recording)),
        (new("passed", "Passed") { NotInTable = true }, a => ReportValue.Of(a.Passed)),
        (new("message", "Message") { NotInTable = true }, a => ReportValue.Of(a.Message)),
    ];

    /// <summary>The table.</summary>
    public static ReportTable Table(IEnumerable<TraceAssertion> assertions)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        foreach (var assertion in assertions) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(assertion)));
        return table;
    }
}
