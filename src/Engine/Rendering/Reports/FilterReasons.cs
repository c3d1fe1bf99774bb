using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>The conditions of a filter that match nothing in some recordings, as sentences.</summary>
/// <param name="filter">The filter.</param>
/// <param name="recordings">The recordings. Not all of them are without calls.</param>
/// <param name="nameOf">The name of a parameter or option for a property of the filter.</param>
internal sealed class FilterReasons(
    CallFilter filter, IReadOnlyList<(CallNames Names, TraceInfo Info)> recordings, Func<string, string> nameOf)
{
    // Calls of scripts and of other processes have no path.
    private readonly string _thing = recordings.Count > 1 ? "the recordings"
        : recordings[0].Info.Path.Length == 0 ? "the input" : "the recording";

    /// <summary>What the filter applies to, as singular and plural: calls or events.</summary>
    public string Thing { get; init; } = "call";

    /// <summary>The plural of <see cref="Thing"/>.</summary>
    public string Things { get; init; } = "calls";

    /// <summary>All reasons; empty if each condition matches something.</summary>
    public IEnumerable<string> All()
    {
        // Readers skip CPUs that cannot pass, and with them their names.
        string[] places = [.. OfCpus(), .. OfTimes()];
        if (places.Length > 0) return places;
        string[] names = [.. OfContexts(), .. OfNames(), .. OfSources()];
        if (names.Length > 0) return names;
        string[] direction = [.. OfDirection()];
        return direction.Length > 0 ? direction : OfOnlyCondition();
    }

    /// <summary>The reasons of conditions on names and pids.</summary>
    public IEnumerable<string> OfNames() =>
    [
        .. OfProcesses(), .. OfTasks(), .. OfModules(), .. OfFunctions(nameof(CallFilter.Function), filter.Function),
        .. OfFunctions(nameof(CallFilter.Caller), filter.Caller), .. OfFunctions(nameof(CallFilter.Root), filter.Root),
    ];

    private IEnumerable<FunctionSymbol> Functions
        => recordings.SelectMany(r => r.Names.Functions).Where(f => f.Name.Length > 0);

    private IEnumerable<KernelTask> Tasks => recordings.SelectMany(r => r.Names.Tasks).Where(t => t.Id != 0);

    private IEnumerable<string> OfCpus()
    {
        var cpus = recordings.SelectMany(r => r.Info.PerCpu).Where(c => (Things == "calls" ? c.Calls : c.Events) > 0).Select(c => c.Cpu).OfType<int>()
            .Distinct().Order().ToList();
        if (filter.Cpu.Count == 0 || filter.Cpu.Any(cpus.Contains)) yield break;
        yield return $"{Given(nameof(CallFilter.Cpu), filter.Cpu)}: " + (cpus.Count == 0
            ? $"{_thing} does not contain the CPUs of {Things}."
            : $"the {Things} of {_thing} are on {(cpus.Count == 1 ? "CPU" : "CPUs")} {CpuList.ToList(cpus)}.");
    }

    private IEnumerable<string> OfTimes()
    {
        var (first, last) = (recordings.Min(r => r.Info.FirstTimestamp), recordings.Max(r => r.Info.LastTimestamp));
        if (last is null && (filter.Since ?? filter.Until) is { } time)
        {
            var name = nameOf(filter.Since is null ? nameof(CallFilter.Until) : nameof(CallFilter.Since));
            yield return $"{name} {Time(time)}: {_thing} {Verb("does", "do")} not contain the times of {Things}.";
        }
        if (filter.Since > last)
            yield return $"{nameOf(nameof(CallFilter.Since))} {Time(filter.Since)}: {_thing} {Verb("ends", "end")} at "
                + $"{Time(last)} and {Verb("begins", "begin")} at {Time(first)}.";
        if (filter.Until < first)
            yield return $"{nameOf(nameof(CallFilter.Until))} {Time(filter.Until)}: {_thing} {Verb("begins", "begin")} at "
                + $"{Time(first)} and {Verb("ends", "end")} at {Time(last)}.";
    }

    private IEnumerable<string> OfContexts()
    {
        var contexts = recordings.SelectMany(r => r.Names.Contexts).Distinct().Order().ToList();
        if (filter.Context.Count == 0 || contexts.Count == 0 || filter.Context.Any(contexts.Contains)) yield break;
        contexts.Remove(ExecutionContext.Unknown);
        yield return $"{Given(nameof(CallFilter.Context), filter.Context)}: " + (contexts.Count == 0
            ? $"{_thing} does not contain the contexts of {Things}."
            : $"the {Things} {Place} have the {(contexts.Count == 1 ? "context" : "contexts")} {string.Join(", ", contexts)}.");
    }

    private IEnumerable<string> OfProcesses()
    {
        var wanted = filter.ProcessId;
        if (wanted.Count == 0 || Tasks.Any(t => wanted.Any(pid => t.ProcessId == pid || t.ThreadGroupId == pid))) yield break;
        var tasks = Tasks.Where(t => t.ProcessId > 0).OrderBy(t => t.ProcessId).Select(t => $"{t.Comm}-{t.ProcessId}")
            .Distinct().ToList();
        yield return $"{Given(nameof(CallFilter.ProcessId), wanted)}: no task {Place} has this pid. "
            + (tasks.Count == 0 ? "The pids of its tasks are not known." : $"Its tasks are {NothingFound.Examples(tasks)}.");
    }

    private IEnumerable<string> OfTasks()
    {
        var comms = Tasks.Select(t => t.Comm).Where(comm => comm is { Length: > 0 }).Distinct()
            .OrderBy(comm => comm, StringComparer.Ordinal).ToList();
        return Missing(nameof(CallFilter.Comm), filter.Comm, comms, $"no task {Place} has this name.",
            comms.Count == 0 ? "The names of its tasks are not known." : $"Its tasks are {NothingFound.Examples(comms)}.");
    }

    private IEnumerable<string> OfModules()
    {
        var modules = Functions.Select(f => f.Module ?? "kernel").Distinct().OrderBy(m => m, StringComparer.Ordinal).ToList();
        return Missing(nameof(CallFilter.Module), filter.Module, modules, $"no function {Place} belongs to this module.",
            $"Its functions belong to {NothingFound.Examples(modules)}.");
    }

    private IEnumerable<string> OfFunctions(string property, IReadOnlyList<string> wanted)
    {
        var names = Functions.Select(f => f.Name).Distinct().ToList();
        if (recordings.All(r => r.Names.AreAddresses))
            return Missing(property, wanted, names, $"{_thing} {CallNames.OnlyAddresses}", CallNames.RecordNames);
        return Missing(property, wanted, names, $"no function {Place} has this name.",
            $"Of its {DisplayText.Count(names.Count, "function")}, the nearest are {string.Join(", ", Nearest(wanted, names))}.");
    }

    /// <summary>Names that begin like the wanted ones, or like a part of them.</summary>
    private static IEnumerable<string> Nearest(IReadOnlyList<string> wanted, IEnumerable<string> names)
    {
        var start = wanted.Count > 0 ? wanted[0].TrimStart('*', '?', '_') : "";
        return names.OrderByDescending(name => name.TrimStart('_').Zip(start)
                .TakeWhile(pair => char.ToLowerInvariant(pair.First) == char.ToLowerInvariant(pair.Second)).Count())
            .ThenBy(name => name.Length).ThenBy(name => name, StringComparer.Ordinal).Take(5)
            .Select(name => DisplayText.Fit(name, 60));
    }

    private IEnumerable<string> OfSources()
    {
        var list = new SourcePathList(filter.SourcePath, filter.AreSubstrings);
        if (list.IsEmpty || Functions.Any(list.Contains) || !recordings.All(r => r.Names.ResolvesSources)) return [];
        var files = Functions.Where(f => !f.Sources.IsDefaultOrEmpty).SelectMany(f => f.Sources).Select(s => s.File).Distinct();
        var folders = files.Select(f => f[..(f.LastIndexOf('/') + 1)]).Where(f => f.Length > 0).Distinct()
            .OrderBy(f => f, StringComparer.Ordinal).ToList();
        var given = Given(nameof(CallFilter.SourcePath), filter.SourcePath);
        if (folders.Count == 0)
            return recordings.All(r => r.Names.AreAddresses) ? [$"{given}: {_thing} {CallNames.OnlyAddresses} {CallNames.RecordNames}"]
                : [$"{given}: the symbol map has no source file of the functions. It may belong to another kernel."];
        return
        [
            $"{given}: no function {Place} is defined there. "
                + Suggestion.Before(filter.SourcePath[0], folders, $"The folders are {NothingFound.Examples(folders)}."),
        ];
    }

    /// <summary>
    /// The reasons of a filter with one condition, whose name exists: the function is on the other end of its calls.
    /// </summary>
    private IEnumerable<string> OfDirection()
    {
        if (Conditions.Count() != 1) yield break;
        if (filter.Function.Count > 0)
            yield return $"{Given(nameof(CallFilter.Function), filter.Function)}: {_thing} {Verb("has", "have")} calls by this "
                + $"function ({nameOf(nameof(CallFilter.Caller))}), but no call of it.";
        if (filter.Caller.Count > 0)
            yield return $"{Given(nameof(CallFilter.Caller), filter.Caller)}: {_thing} {Verb("has", "have")} calls of this "
                + $"function ({nameOf(nameof(CallFilter.Function))}), but no call by it.";
        if (filter.Root.Count > 0)
            yield return $"{Given(nameof(CallFilter.Root), filter.Root)}: {_thing} {Verb("has", "have")} no calls "
                + "by this function.";
    }

    /// <summary>The reason of a filter with one condition that no other reason explains.</summary>
    private IEnumerable<string> OfOnlyCondition()
    {
        if (Conditions.ToList() is not [var (property, values)]) yield break;
        var largest = recordings.Max(r => r.Names.LargestCount);
        yield return $"{Given(property, [values])}: " + (
            property == nameof(CallFilter.MinCount) && largest > 0 ? $"the largest count of an edge is {Shown(largest)}."
            : property.StartsWith("Exclude", StringComparison.Ordinal) ? $"this excludes all {Things} of {_thing}."
            : $"no {Thing} of {_thing} matches this.");
    }

    /// <summary>The conditions that can exclude a call.</summary>
    private IEnumerable<(string Property, string Values)> Conditions => new (string Property, string Values)[]
    {
        (nameof(filter.Function), List(filter.Function)), (nameof(filter.ExcludeFunction), List(filter.ExcludeFunction)),
        (nameof(filter.Caller), List(filter.Caller)), (nameof(filter.ExcludeCaller), List(filter.ExcludeCaller)),
        (nameof(filter.SourcePath), List(filter.SourcePath)), (nameof(filter.ExcludeSourcePath), List(filter.ExcludeSourcePath)),
        (nameof(filter.Module), List(filter.Module)), (nameof(filter.ExcludeModule), List(filter.ExcludeModule)),
        (nameof(filter.Cpu), Cpus(filter.Cpu)), (nameof(filter.ExcludeCpu), Cpus(filter.ExcludeCpu)),
        (nameof(filter.ProcessId), List(filter.ProcessId)), (nameof(filter.ExcludeProcessId), List(filter.ExcludeProcessId)),
        (nameof(filter.Comm), List(filter.Comm)), (nameof(filter.ExcludeComm), List(filter.ExcludeComm)),
        (nameof(filter.Context), List(filter.Context)), (nameof(filter.ExcludeContext), List(filter.ExcludeContext)),
        (nameof(filter.Since), filter.Since is null ? "" : Time(filter.Since)),
        (nameof(filter.Until), filter.Until is null ? "" : Time(filter.Until)),
        (nameof(filter.Root), List(filter.Root)), (nameof(filter.MinCount), filter.MinCount > 1 ? Shown(filter.MinCount) : ""),
    }.Where(condition => condition.Values.Length > 0);

    private IEnumerable<string> Missing(
        string property, IReadOnlyList<string> wanted, IReadOnlyList<string> names, string cause, string otherwise)
    {
        var list = new NameList(wanted);
        if (list.IsEmpty || names.Any(list.Contains)) yield break;
        // A pattern that differs in case only stays a pattern.
        List<string> close = [.. wanted.Select(w => w.ToLowerInvariant())
            .Where(w => Glob.IsPattern(w) && names.Any(name => new Glob(w).IsMatch(name)))];
        if (close.Count == 0) close = [.. wanted.SelectMany(w => Suggestion.For(w, names)).Distinct()];
        close = close.ConvertAll(name => DisplayText.Fit(name, 100));
        yield return $"{Given(property, wanted)}: {cause} "
            + (close.Count > 0 ? $"Did you mean {string.Join(" or ", close.Take(3))}?" : otherwise);
    }

    private string Place => filter.Cpu.Count + filter.ExcludeCpu.Count > 0 ? "on these CPUs" : $"of {_thing}";

    private string Given<T>(string property, IReadOnlyList<T> values)
        => $"{nameOf(property)} {DisplayText.Fit(List(values), 200)}";

    private string Verb(string one, string several) => recordings.Count > 1 ? several : one;

    private static string List<T>(IReadOnlyList<T> values) => string.Join(',', values);

    private static string Cpus(IReadOnlyList<int> cpus) => CpuList.ToList([.. cpus.Distinct().Order()]);

    private static string Shown(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(double? timestamp) => timestamp?.ToString(CultureInfo.InvariantCulture) ?? "an unknown time";
}
