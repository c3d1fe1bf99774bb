using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists the audit log of probes.</summary>
internal sealed class ProbeAuditCommand : Command
{
    private static readonly CliOption Since = new("since",
        "Show the records from this time on, such as 2026-11-30 or 2026-11-30T12:00Z")
    {
        Value = "TIME",
    };

    /// <inheritdoc/>
    public override string Name => "probe audit";

    /// <inheritdoc/>
    public override string Summary => "List who ran which probe when, and what was refused";

    /// <inheritdoc/>
    public override string Operands => "[LOG]";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Since, ProbeRunOptions.Json, ProbeRunOptions.Policy];

    /// <inheritdoc/>
    public override string Description => "Without LOG, the audit log of the policy is read.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Everything of this month", "sudo kernel-magnifier probe audit --since 2026-11-01"),
        ("What was refused", "sudo kernel-magnifier probe audit --json | jq 'select(.action == \"Refused\")'"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Operands.Count > 1) throw CliException.Usage("name one log.");
        var path = arguments.Operands is [var log] ? log : ProbePolicyFile.Find(arguments.Text(ProbeRunOptions.Policy)).AuditLog;
        var since = SinceOf(arguments);
        // A table needs the widths of all rows; JSON streams.
        List<ProbeAuditRecord> rows = [];
        var bad = AuditReader.Read(path, record =>
        {
            if (record.Time < since) return;
            if (arguments.Has(ProbeRunOptions.Json)) host.Write(Json(record));
            else rows.Add(record);
        }, host.Cancel);
        if (rows.Count > 0)
            ReportWriter.Write(AuditReports.Table(rows), ReportFormat.Table, new DataStream(host.Output, "standard output"),
                new ReportStyle(host.OutputIsTerminal, host.Colour));
        if (bad > 0) host.Warn("lines of the log are not records; kernel-magnifier probe verify says more");
        return ExitCode.Ok;
    }

    private static DateTimeOffset SinceOf(Arguments arguments)
        => arguments.Text(Since) is not { } text ? DateTimeOffset.MinValue
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw CliException.Usage($"{Since} takes a time such as 2026-11-30T12:00Z, not '{text}'.");

    private static string Json(ProbeAuditRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence", record.Sequence);
            json.WriteString("time", record.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
            (string Name, string? Value)[] texts =
            [
                ("action", record.Action), ("probe", record.Probe), ("version", record.Version), ("user", record.User),
                    ("sudoUser", record.SudoUser),
                ("outcome", record.Outcome), ("reason", record.Reason), ("hash", record.Hash), ("bpftrace", record.Bpftrace),
                    ("host", record.Host),
                ("kernel", record.Kernel), ("bootId", record.BootId), ("recordHash", record.RecordHash), ("path", record.Path),
            ];
            foreach (var (name, value) in texts) json.WriteString(name, value);
            (string Name, long? Value)[] numbers =
            [
                ("loginUserId", record.LoginUserId), ("durationNanoseconds", record.DurationNanoseconds),
                ("programNanoseconds", record.ProgramNanoseconds), ("programRuns", record.ProgramRuns),
                    ("toolNanoseconds", record.ToolNanoseconds),
                ("outputBytes", record.OutputBytes), ("lostEvents", record.LostEvents), ("processId", record.ProcessId),
                    ("begin", record.Begin),
            ];
            foreach (var (name, value) in numbers)
                if (value is { } number) json.WriteNumber(name, number);
                else json.WriteNull(name);
            json.WriteStartArray("approvers");
            foreach (var approver in record.Approvers) json.WriteStringValue(approver);
            json.WriteEndArray();
            json.WriteStartObject("parameters");
            foreach (var (name, value) in record.Parameters) json.WriteString(name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }
}
