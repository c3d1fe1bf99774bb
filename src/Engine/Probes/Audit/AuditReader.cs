using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Probes.Audit;

/// <summary>Reads records. A line that is none is left out: whether the log is whole is what <see cref="AuditVerifier"/>
/// says.</summary>
internal static class AuditReader
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 4, AllowDuplicateProperties = false };

    /// <summary>Reads all records of a log, oldest first.</summary>
    /// <param name="path">The log.</param>
    /// <param name="take">Takes each record.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>The lines that are no records.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.AuditUnreadable"/>.</exception>
    public static long Read(string path, Action<ProbeAuditRecord> take, CancellationToken cancel)
    {
        var bad = 0L;
        foreach (var file in AuditFiles.Of(path))
            AuditFiles.Read(file, (at, _, line, isComplete) =>
            {
                if (isComplete && Parse(line, at) is { } record) take(record);
                else bad++;
            }, cancel);
        return bad;
    }

    /// <summary>Parses a line; null if it is no record.</summary>
    internal static ProbeAuditRecord? Parse(ReadOnlySpan<byte> line, string path)
    {
        if (!AuditLine.TryParse(line, out var parts)) return null;
        try
        {
            using var json = JsonDocument.Parse(line.ToArray(), Options);
            var root = json.RootElement;
            if (Text(root, "action") is not { } action || Text(root, "time") is not { } when
                || !DateTimeOffset.TryParse(when, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal,
                    out var time)) return null;
            return new ProbeAuditRecord
            {
                Sequence = parts.Sequence, Time = time.ToUniversalTime(), Action = action, Path = path,
                RecordHash = System.Text.Encoding.ASCII.GetString(parts.Sum),
                Probe = Text(root, "probe"), Version = Text(root, "version"), Hash = Text(root, "hash"),
                User = Text(root, "user"), LoginUserId = Number(root, "loginUid"), SudoUser = Text(root, "sudoUser"),
                Outcome = Text(root, "outcome"), Reason = Text(root, "reason"), Approvers = Texts(root, "approvers"),
                Parameters = Pairs(root, "parameters"), DurationNanoseconds = Number(root, "durationNanoseconds"),
                ProgramNanoseconds = Number(root, "programNanoseconds"), ProgramRuns = Number(root, "programRuns"),
                ToolNanoseconds = Number(root, "toolNanoseconds"), OutputBytes = Number(root, "outputBytes"),
                LostEvents = Number(root, "lostEvents"), Bpftrace = Text(root, "bpftrace"), Host = Text(root, "host"),
                Kernel = Text(root, "kernel"), BootId = Text(root, "boot"), ProcessId = Number(root, "pid"),
                    Begin = Number(root, "begin"),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement root, string name)
        => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement root, string name)
        => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            ? number : null;

    private static string[] Texts(JsonElement root, string name)
        => root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)] : [];

    private static Dictionary<string, string> Pairs(JsonElement root, string name)
        => root.TryGetProperty(name, out var pairs) && pairs.ValueKind == JsonValueKind.Object
            ? pairs.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.String)
                .ToDictionary(p => p.Name, p => p.Value.GetString()!) : [];
}
