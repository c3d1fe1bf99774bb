using KernelMagnifier.Compression;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;

namespace KernelMagnifier.Logs;

/// <summary>
/// Reads logs as they were delivered: files of NDJSON, plain or compressed; what rsyslog wrote, with text before the JSON;
/// output of <c>journalctl -o json</c> or <c>-o export</c>.
/// </summary>
internal sealed class LogReader
{
    // The ids take 16 bytes each, and as much for the table.
    private const int MostIds = 1 << 24;

    private static readonly InputKind Kind = new("log", ErrorCode.LogNotFound, ErrorCode.LogUnreadable, ErrorCode.LogUnreadable);

    private readonly HashSet<RecordId> _ids = new(new SeededComparer<RecordId>());

    /// <summary>Which records pass.</summary>
    public LogFilter Filter { get; init; } = new();

    /// <summary>What was found beside records: lines that are none, copies, gaps in sequences. Complete when the last file is
    /// read.</summary>
    public LogFindings Findings { get; } = new();

    /// <summary>Reads a file; <c>-</c> is standard input.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.LogUnreadable"/> or <see cref="ErrorCode.LogNotFound"/>.
    /// </exception>
    public IEnumerable<Measurement> Read(string path, CancellationToken cancel)
    {
        using var file = InputFile.Open(path, Kind, cancel: cancel);
        if (ForeignContent.Of(file.Head, file.Compression) is { } foreign)
            throw new KernelMagnifierException(
                ErrorCode.LogUnreadable, path, foreign.Cause, foreign.Action ?? "Name a log of measurements.");
        using var stream = file.OpenStream();
        foreach (var record in Read(stream, path, cancel)) yield return record;
    }

    /// <summary>Reads a stream.</summary>
    internal IEnumerable<Measurement> Read(Stream stream, string path, CancellationToken cancel)
    {
        var lines = new LogLines(stream);
        while (Next(lines, path, cancel, out var record))
            if (record is not null)
                yield return record;
        if (lines.Damage is { } damage) Findings.AddDamage(path, damage);
    }

    /// <summary>Reads the next line, or the next entry of an exported journal; false at the end.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="path">The file, for findings.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="record">The record; null if there is none, or if it does not pass.</param>
    private bool Next(LogLines lines, string path, CancellationToken cancel, out Measurement? record)
    {
        cancel.ThrowIfCancellationRequested();
        record = null;
        if (!lines.Next(out var line)) return false;
        if (JournalEntries.BeginsExport(line)) record = Entry(lines, path);
        else if (lines.IsCut)
            Findings.AddProblem(path, lines.Number, $"The line is longer than {MeasurementJson.LongestLine >> 20} MiB.");
        else if (!line.Trim(" \t\0"u8).IsEmpty) record = Line(line, lines, path);
        return true;
    }

    private Measurement? Line(ReadOnlySpan<byte> line, LogLines lines, string path)
    {
        if (JournalEntries.CanBe(line) && JournalEntries.TryRead(line, out var held, out var problem))
        {
            if (problem is not null) Findings.AddProblem(path, lines.Number, problem);
            return held is null ? null : Record(held, lines, path);
        }
        return Record(WithoutPrefix(line), lines, path);
    }

    /// <summary>The JSON in a line of syslog, which has the time, host and tag, and maybe a cookie before it.</summary>
    private static ReadOnlySpan<byte> WithoutPrefix(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{"u8)) return line;
        var start = line.IndexOf("{\"schemaVersion\""u8);
        if (start < 0) start = line.IndexOf((byte)'{');
        return start < 0 ? line : line[start..];
    }

    /// <summary>
    /// The record of an entry that <c>journalctl -o export</c> wrote. A field is <c>NAME=text</c>, or its name on a line and a
    /// binary value; an empty line ends the entry.
    /// </summary>
    private Measurement? Entry(LogLines lines, string path)
    {
        Measurement? record = null;
        var name = System.Text.Encoding.ASCII.GetBytes(JournalEntries.Field);
        while (lines.Next(out var line) && !line.IsEmpty)
        {
            var isRecord = line.StartsWith(name);
            if (isRecord && line.Length > name.Length && line[name.Length] == '=')
                record ??= Record(line[(name.Length + 1)..], lines, path);
            else if (line.IndexOf((byte)'=') < 0)
            {
                isRecord &= line.Length == name.Length;
                if (!lines.Value(isRecord, out var value)) break;
                if (isRecord) record ??= Record(value, lines, path);
            }
        }
        return record;
    }

    private Measurement? Record(ReadOnlySpan<byte> json, LogLines lines, string path)
    {
        var (record, problem) = MeasurementJson.Read(json);
        if (record is null)
        {
            Findings.AddProblem(path, lines.Number, problem!);
            return null;
        }
        if (_ids.Count >= MostIds) Findings.HasUnknownCopies = true;
        else if (!_ids.Add(RecordId.Of(record.Id)))
        {
            Findings.Copies++;
            return null;
        }
        Findings.Records++;
        if (Filter.Covers(record)) Findings.Add(record);
        return Filter.Matches(record) ? record : null;
    }
}
