using System.Globalization;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs;

/// <summary>What a reading of logs found beside records.</summary>
internal sealed class LogFindings
{
    // So many sentences about gaps or dropped records, and ranges in one of them, are enough to see what is wrong.
    private const int MostSentences = 20, MostRanges = 5;

    private readonly Dictionary<(string? Host, string? Schedule, Guid? Epoch), List<long>> _runs = [];
    private readonly SortedDictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private readonly List<string> _damage = [];

    // The last name of each machine, by its id.
    private readonly Dictionary<string, string> _names = [];
    private string? _firstProblem;

    /// <summary>The number of records that were read, whether they passed the filter or not.</summary>
    public long Records { get; internal set; }

    /// <summary>The number of copies that were left out.</summary>
    public long Copies { get; internal set; }

    /// <summary>The number of lines that are no records.</summary>
    public long NotParsed { get; internal set; }

    /// <summary>Whether there were too many records to know all their ids, so that copies may be among them.</summary>
    internal bool HasUnknownCopies { get; set; }

    /// <summary>Everything that the user should know, as sentences: lines that are no records with the first reason, copies, gaps
    /// of sequences by host and schedule, records that were dropped.</summary>
    public IReadOnlyList<string> Warnings()
    {
        var warnings = new List<string>(_damage);
        if (NotParsed > 0)
            warnings.Add($"{DisplayText.Count(NotParsed, "line")} {(NotParsed == 1 ? "is no record" : "are no records")}. "
                + $"The first is {_firstProblem}");
        if (Copies > 0)
            warnings.Add($"{DisplayText.Count(Copies, "record")} came more than once and {(Copies == 1 ? "was" : "were")} "
                + "counted once.");
        if (HasUnknownCopies)
            warnings.Add("There are more records than ids are kept of, so that copies among the later ones are not found.");
        var gaps = Gaps().ToList();
        warnings.AddRange(gaps.Take(MostSentences));
        if (gaps.Count > MostSentences)
            warnings.Add($"{DisplayText.Number(gaps.Count - MostSentences)} further schedules have gaps.");
        warnings.AddRange(_dropped.Take(MostSentences).Select(host
            => $"{host.Key}: {DisplayText.Count(host.Value, "record")} {(host.Value == 1 ? "was" : "were")} "
                + "dropped because the receiver was away."));
        if (_dropped.Count > MostSentences)
            warnings.Add($"{DisplayText.Number(_dropped.Count - MostSentences)} further hosts dropped records.");
        return warnings;
    }

    /// <summary>Counts a line that is no record.</summary>
    internal void AddProblem(string path, long line, string problem)
    {
        _firstProblem ??= string.Create(CultureInfo.InvariantCulture, $"line {line} of {path}: {problem}");
        NotParsed++;
    }

    /// <summary>Adds what ended the reading of a file early.</summary>
    internal void AddDamage(string path, string damage)
        => _damage.Add($"{path}: {damage.TrimEnd('.')}. The records before it were read.");

    /// <summary>Notes the number of a run and how many records were dropped.</summary>
    internal void Add(Measurement record)
    {
        var host = record.MachineId ?? record.HostName;
        _names[host ?? ""] = record.HostName ?? record.MachineId ?? "A host without a name";
        if (record.Sequence is { } sequence)
        {
            if (!_runs.TryGetValue((host, record.Schedule, record.Epoch), out var runs))
                _runs.Add((host, record.Schedule, record.Epoch), runs = []);
            runs.Add(sequence);
        }
        if (record.DroppedRecords is not (> 0 and var dropped)) return;
        var name = Name(host, record.Schedule);
        _dropped[name] = (long)Int128.Min((Int128)_dropped.GetValueOrDefault(name) + dropped, long.MaxValue);
    }

    private IEnumerable<string> Gaps()
        => _runs.Select(runs => (Name: Name(runs.Key.Host, runs.Key.Schedule), Gaps: GapsOf(runs.Value)))
            .Where(runs => runs.Gaps.Count > 0)
            .OrderBy(runs => runs.Name, StringComparer.Ordinal).ThenBy(runs => runs.Gaps[0].From)
            .Select(runs => $"{runs.Name}: {Sentence(runs.Gaps)} left no record.");

    private string Name(string? host, string? schedule)
        => $"{_names[host ?? ""]}{(schedule is null ? "" : $", schedule {schedule}")}";

    private static List<(long From, long To)> GapsOf(List<long> runs)
    {
        runs.Sort();
        var gaps = new List<(long, long)>();
        for (var i = 1; i < runs.Count; i++)
            if (runs[i] - runs[i - 1] > 1)
                gaps.Add((runs[i - 1] + 1, runs[i] - 1));
        return gaps;
    }

    private static string Sentence(List<(long From, long To)> gaps)
    {
        var texts = gaps.Take(MostRanges)
            .Select(gap => gap.From == gap.To ? Shown(gap.From) : $"{Shown(gap.From)} to {Shown(gap.To)}").ToList();
        if (gaps.Count > MostRanges) texts.Add($"{DisplayText.Number(gaps.Count - MostRanges)} further ranges");
        var all = texts is [.. var first, var last] && first.Count > 0 ? $"{string.Join(", ", first)} and {last}" : texts[0];
        return gaps is [var (from, to)] && from == to ? $"run {all}" : $"runs {all}";
    }

    private static string Shown(long number) => number.ToString(CultureInfo.InvariantCulture);
}
