using System.Globalization;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Makes tables of audit records.</summary>
internal static class AuditReports
{
    private static readonly (ReportColumn Column, Func<ProbeAuditRecord, ReportValue> Value)[] Columns =
    [
        (new("sequence", "Record"), r => ReportValue.Of(r.Sequence)),
        (new("time", "Time"), r => ReportValue.Of(r.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'",
            CultureInfo.InvariantCulture))),
        (new("action", "Action"), r => ReportValue.Of(r.Action)),
        (new("probe", "Probe"), r => ReportValue.Of(r.Probe)),
        (new("version", "Version"), r => ReportValue.Of(r.Version)),
        (new("user", "User"), r => ReportValue.Of(r.SudoUser ?? r.User)),
        (new("outcome", "Outcome"), r => ReportValue.Of(r.Outcome)),
        (new("reason", "Reason"), r => ReportValue.Of(r.Reason)),
    ];

    /// <summary>The table. The user is the one who called sudo, where one did.</summary>
    public static ReportTable Table(IEnumerable<ProbeAuditRecord> records)
    {
        var table = new ReportTable([.. Columns.Select(c => c.Column)]);
        foreach (var record in records) table.Rows.Add(Array.ConvertAll(Columns, column => column.Value(record)));
        return table;
    }
}
