using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of audit records and checks, of live objects and of copies. All are escaped.</summary>
public static class ProbeAuditViewText
{
    /// <summary>When a record was written, in UTC. A copy has the time as text, in the invariant culture.</summary>
    public static string? Time(PSObject item)
    {
        var time = Value(item, nameof(ProbeAuditRecord.Time));
        if (time is not DateTimeOffset && DateTimeOffset.TryParse($"{time}", CultureInfo.InvariantCulture, out var read))
            time = read;
        return time is DateTimeOffset written
            ? written.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) : Escaped(time);
    }

    /// <summary>The probe.</summary>
    public static string? Probe(PSObject item) => Text(item, nameof(ProbeAuditRecord.Probe));

    /// <summary>The version of the probe.</summary>
    public static string? Version(PSObject item) => Text(item, nameof(ProbeAuditRecord.Version));

    /// <summary>The action.</summary>
    public static string? Action(PSObject item) => Text(item, nameof(ProbeAuditRecord.Action));

    /// <summary>The user that the process ran as.</summary>
    public static string? User(PSObject item) => Text(item, nameof(ProbeAuditRecord.User));

    /// <summary>Who called sudo.</summary>
    public static string? SudoUser(PSObject item) => Text(item, nameof(ProbeAuditRecord.SudoUser));

    /// <summary>How a run ended.</summary>
    public static string? Outcome(PSObject item) => Text(item, nameof(ProbeAuditRecord.Outcome));

    /// <summary>The reason.</summary>
    public static string? Reason(PSObject item) => Text(item, nameof(ProbeAuditRecord.Reason));

    /// <summary>Whose approvals counted.</summary>
    public static string? Approvers(PSObject item)
        => Value(item, nameof(ProbeAuditRecord.Approvers)) is IEnumerable list and not string
            ? string.Join(", ", list.Cast<object?>().Select(Escaped)) : Text(item, nameof(ProbeAuditRecord.Approvers));

    /// <summary>The parameters as NAME=VALUE.</summary>
    public static string? Parameters(PSObject item)
        => Value(item, nameof(ProbeAuditRecord.Parameters)) switch
        {
            IReadOnlyDictionary<string, string> pairs => string.Join(", ", pairs.Select(p => Escaped($"{p.Key}={p.Value}"))),
            IDictionary copy => string.Join(", ", copy.Keys.Cast<object>().Select(key => Escaped($"{key}={copy[key]}"))),
            _ => null,
        };

    /// <summary>The hash of the probe.</summary>
    public static string? Hash(PSObject item) => Text(item, nameof(ProbeAuditRecord.Hash));

    /// <summary>The version of bpftrace.</summary>
    public static string? Bpftrace(PSObject item) => Text(item, nameof(ProbeAuditRecord.Bpftrace));

    /// <summary>The machine.</summary>
    public static string? Host(PSObject item) => Text(item, nameof(ProbeAuditRecord.Host));

    /// <summary>The kernel.</summary>
    public static string? Kernel(PSObject item) => Text(item, nameof(ProbeAuditRecord.Kernel));

    /// <summary>The id of the boot.</summary>
    public static string? BootId(PSObject item) => Text(item, nameof(ProbeAuditRecord.BootId));

    /// <summary>The hash of the record.</summary>
    public static string? RecordHash(PSObject item) => Text(item, nameof(ProbeAuditRecord.RecordHash));

    /// <summary>The file of a record, check or finding.</summary>
    public static string? Path(PSObject item) => Text(item, nameof(ProbeAuditCheck.Path));

    /// <summary>The message of a finding.</summary>
    public static string? Message(PSObject item) => Text(item, nameof(ProbeAuditFinding.Message));

    /// <summary>A line for each finding of a check.</summary>
    public static string? Findings(PSObject item)
        => Value(item, nameof(ProbeAuditCheck.Findings)) is IEnumerable list and not string
            ? string.Join("\n", list.Cast<object?>().Select(Escaped)) : null;

    private static string? Text(PSObject item, string property) => Escaped(Value(item, property));

    private static string? Escaped(object? value) => value is null ? null : TerminalText.Escape($"{value}");

    private static object? Value(PSObject item, string property)
        => item.Properties[property]?.Value is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? wrapped
            : wrapped.BaseObject
            : item.Properties[property]?.Value;
}
