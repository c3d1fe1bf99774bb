using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Comparison;
using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Trees;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// The texts of the views: untrusted names, escaped, and values in the form of a table. KernelMagnifier.Types.ps1xml adds them to
/// the types as hidden properties, which Select-Object, Export-Csv and ConvertTo-Json do not see. A view with a script block
/// would show no names in ConstrainedLanguage, and is slower. Each method also takes the copy of an object that came back from a
/// file or another process. Public because PowerShell calls the methods.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ViewText
{
    private const string Unknown = "(unknown)";
    private const int MostKinds = 10;
    private const int MostLosses = 20;
    private const int MostWorst = 20;
    private const int MostShares = 20;

    private static readonly PathTree Tree = new(true);

    /// <summary>The seconds with microseconds, or the counts of a clock that does not count time; empty if not known.</summary>
    public static string Time(PSObject item)
        => item?.BaseObject is CallEvent call
            ? Seconds(call.Timestamp, call.Origin.Source.ClockUnit == ClockUnit.Counts)
            : Seconds(Value(item, nameof(CallEvent.Timestamp)) as double?, isCount: false);

    /// <summary>The task of a kernel event: its name and pid.</summary>
    public static string EventTask(PSObject item)
        => Task(Raw(item, nameof(KernelEvent.Comm)), Value(item, nameof(KernelEvent.ProcessId)) as int?);

    /// <summary>The name of a kernel event.</summary>
    public static string EventName(PSObject item) => Text(item, nameof(KernelEvent.Name));

    /// <summary>What a call is called in a table of kernel events.</summary>
    public static string CallName(PSObject item) => "(call)";

    /// <summary>The function of a call, its caller and its duration, in a table of kernel events.</summary>
    public static string CallMessage(PSObject item)
    {
        var caller = Caller(item) is { Length: > 0 } known ? $" <- {known}" : "";
        var duration = Value(item, nameof(CallEvent.Duration)) is double time
            ? string.Create(CultureInfo.InvariantCulture, $" ({time:F3} µs)") : "";
        return $"{Function(item)}{caller}{duration}";
    }

    /// <summary>The message of a kernel event.</summary>
    public static string EventMessage(PSObject item) => TerminalText.Cell(Raw(item, nameof(KernelEvent.Message)));

    /// <summary>The whole message of a kernel event.</summary>
    public static string EventText(PSObject item) => Text(item, nameof(KernelEvent.Message));

    /// <summary>The system of a kernel event.</summary>
    public static string EventSystem(PSObject item) => Text(item, nameof(KernelEvent.System));

    /// <summary>What an assertion is about.</summary>
    public static string Subject(PSObject item) => Text(item, nameof(TraceAssertion.Subject));

    /// <summary>What an assertion expects.</summary>
    public static string Expected(PSObject item) => Text(item, nameof(TraceAssertion.Expected));

    /// <summary>What an assertion found.</summary>
    public static string Found(PSObject item) => Text(item, nameof(TraceAssertion.Found));

    /// <summary>What an assertion rests on.</summary>
    public static string Evidence(PSObject item) => Text(item, nameof(TraceAssertion.Evidence));

    /// <summary>The command that looks closer at what was asserted.</summary>
    public static string NextCommand(PSObject item) => Text(item, nameof(TraceAssertion.NextCommand));

    /// <summary>A line for each frame of the stack of a kernel event.</summary>
    public static string EventStack(PSObject item) => Joined(item, nameof(KernelEvent.Stack), "\n");

    /// <summary>A line for each field of a kernel event, with its symbolic name.</summary>
    public static string EventFields(PSObject item)
        => Value(item, nameof(KernelEvent.Fields)) is IDictionary fields
            // The table has no order, but the properties of a copy have that of the event.
            ? Fields(item.Properties.Where(property => fields.Contains(property.Name)).Select(property => (property.Name, (object?)property.Value)))
            : Text(item, nameof(KernelEvent.Fields));

    internal static string Fields(IEnumerable<(string Name, object? Value)> fields)
        => string.Join('\n', fields.Select(field => $"{Safe(field.Name)} = {Shown(field.Value)}"));

    internal static string Lines(IEnumerable<string>? lines) => lines is null ? "" : string.Join('\n', lines.Select(Safe));

    private static string Shown(object? value)
        => value is PSObject { BaseObject: not PSCustomObject and var inner } ? Shown(inner)
            : value is IEnumerable several and not string ? string.Join(' ', several.Cast<object?>().Select(Shown))
            : Safe(Convert.ToString(value, CultureInfo.InvariantCulture));

    internal static string Time(KernelEvent item)
        => Seconds(item.Timestamp, item.Origin.Source.ClockUnit == ClockUnit.Counts);

    internal static string Task(string? comm, int? pid)
        => pid is null ? Safe(comm) : string.Create(CultureInfo.InvariantCulture, $"{Safe(comm)}-{pid}");

    /// <summary>The name of the task.</summary>
    public static string Comm(PSObject item)
        => item?.BaseObject is CallEvent call ? Safe(call.Comm) : Text(item, nameof(CallEvent.Comm));

    /// <summary>The function without its module.</summary>
    public static string Function(PSObject item) => Text(item, nameof(CallEvent.Function));

    /// <summary>The calling function without its module.</summary>
    public static string Caller(PSObject item) => Text(item, nameof(CallEvent.Caller));

    /// <summary>The called function of an edge without its module.</summary>
    public static string Callee(PSObject item) => Text(item, nameof(CallEdge.Callee));

    /// <summary>The module of the function.</summary>
    public static string Module(PSObject item) => Text(item, nameof(CallEvent.Module));

    /// <summary>The module of the calling function.</summary>
    public static string CallerModule(PSObject item) => Text(item, nameof(CallEvent.CallerModule));

    /// <summary>The module of the called function of an edge.</summary>
    public static string CalleeModule(PSObject item) => Text(item, nameof(CallEdge.CalleeModule));

    /// <summary>The source file of the function.</summary>
    public static string SourceFile(PSObject item) => Text(item, nameof(CallEvent.SourceFile));

    /// <summary>The source file of the calling function.</summary>
    public static string CallerSourceFile(PSObject item) => Text(item, nameof(CallEvent.CallerSourceFile));

    /// <summary>The source file of the called function of an edge.</summary>
    public static string CalleeSourceFile(PSObject item) => Text(item, nameof(CallEdge.CalleeSourceFile));

    /// <summary>The recording.</summary>
    public static string Recording(PSObject item) => Text(item, nameof(CallEvent.Recording));

    /// <summary>The end of the path of the recording, which tells recordings of one folder apart in a narrow column.</summary>
    public static string RecordingEnd(PSObject item)
    {
        const int Most = 24;
        var text = Recording(item);
        return text.Length <= Most ? text : "…" + text[^(Most - 1)..];
    }

    /// <summary>The path of a file.</summary>
    public static string Path(PSObject item) => Text(item, nameof(TraceInfo.Path));

    /// <summary>The tracer.</summary>
    public static string Tracer(PSObject item) => Text(item, nameof(TraceInfo.Tracer));

    /// <summary>The kernel release.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(TraceInfo.KernelRelease));

    /// <summary>The build id.</summary>
    public static string BuildId(PSObject item) => Text(item, nameof(TraceInfo.BuildId));

    /// <summary>The cause of a problem and the recommended action.</summary>
    public static string Message(PSObject item) => Text(item, nameof(HostProblem.Message));

    /// <summary>The tracefs instance.</summary>
    public static string Instance(PSObject item) => Text(item, nameof(RecordingResult.Instance));

    /// <summary>The description of the request.</summary>
    public static string Request(PSObject item) => Text(item, nameof(RecordingResult.Request));

    /// <summary>The cause of a problem.</summary>
    public static string Cause(PSObject item) => Text(item, nameof(HostProblem.Cause));

    /// <summary>The recommended action of a problem.</summary>
    public static string RecommendedAction(PSObject item) => Text(item, nameof(HostProblem.RecommendedAction));

    /// <summary>The function and its module.</summary>
    public static string FunctionAndModule(PSObject item)
        => item?.BaseObject is CallEvent call ? WithModule(call.Function, call.Module)
            : WithModule(Raw(item, nameof(CallEvent.Function)), Raw(item, nameof(CallEvent.Module)));

    /// <summary>The calling function and its module.</summary>
    public static string CallerAndModule(PSObject item)
        => item?.BaseObject is CallEvent call ? WithModule(call.Caller ?? "", call.CallerModule)
            : WithModule(Raw(item, nameof(CallEvent.Caller)), Raw(item, nameof(CallEvent.CallerModule)));

    /// <summary>The called function of an edge and its module.</summary>
    public static string CalleeAndModule(PSObject item)
        => WithModule(Raw(item, nameof(CallEdge.Callee)), Raw(item, nameof(CallEdge.CalleeModule)));

    /// <summary>The caller and the callee of an edge.</summary>
    public static string Edge(PSObject item) => $"{CallerOrUnknown(item)} -> {CalleeAndModule(item)}";

    /// <summary>The source file and line of the function.</summary>
    public static string Source(PSObject item)
        => WithLine(item, nameof(CallEvent.SourceFile), nameof(CallEvent.SourceLine));

    /// <summary>The source file and line of the called function of an edge.</summary>
    public static string CalleeSource(PSObject item)
        => WithLine(item, nameof(CallEdge.CalleeSourceFile), nameof(CallEdge.CalleeSourceLine));

    /// <summary>The name of the task that calls were counted by.</summary>
    public static string CommOrUnknown(PSObject item) => OrUnknown(Comm(item));

    /// <summary>The calling function that calls were counted by.</summary>
    public static string CallerOrUnknown(PSObject item) => OrUnknown(Caller(item));

    /// <summary>The recording that calls were counted by.</summary>
    public static string RecordingOrUnknown(PSObject item) => OrUnknown(Recording(item));

    /// <summary>The execution context that calls were counted by.</summary>
    public static string ContextOrUnknown(PSObject item)
        => Text(item, nameof(CallEvent.Context)) is var context and not nameof(ExecutionContext.Unknown) ? OrUnknown(context) : Unknown;

    /// <summary>All that calls were counted by, in one text.</summary>
    public static string Group(PSObject item)
    {
        var keys = new List<string>();
        var (function, caller) = (FunctionAndModule(item), Caller(item));
        if (caller.Length > 0) function += $"{(function.Length > 0 ? " " : "")}<- {caller}";
        if (function.Length > 0) keys.Add(function);
        var (comm, pid) = (Comm(item), Text(item, nameof(FunctionCallCount.ProcessId)));
        if (comm.Length + pid.Length > 0) keys.Add($"{comm}-{pid}");
        if (ContextOrUnknown(item) is var context and not Unknown) keys.Add(context);
        if (Text(item, nameof(FunctionCallCount.Cpu)) is { Length: > 0 } cpu) keys.Add($"CPU {cpu}");
        if (Recording(item) is { Length: > 0 } recording) keys.Add(recording);
        return keys.Count == 0 ? Unknown : string.Join(", ", keys);
    }

    /// <summary>The format of a recording, with its version.</summary>
    public static string Format(PSObject item)
        => Text(item, nameof(TraceInfo.FormatVersion)) is { Length: > 0 } version
            ? $"{Text(item, nameof(TraceInfo.Format))}, version {version}" : Text(item, nameof(TraceInfo.Format));

    /// <summary>The trace clock and its unit.</summary>
    public static string Clock(PSObject item)
        => Text(item, nameof(TraceInfo.Clock)) is { Length: > 0 } clock
            ? $"{clock} ({Text(item, nameof(TraceInfo.ClockUnit))})" : Text(item, nameof(TraceInfo.ClockUnit));

    /// <summary>The lost events of a recording, and how they are known.</summary>
    public static string LostEvents(PSObject item)
        => $"{(Value(item, nameof(TraceInfo.LostEventsIsMinimum)) is true ? "at least " : "")}{Number(item, nameof(TraceInfo.LostEvents))}"
            + (Text(item, nameof(TraceInfo.LostEventsBasis)) == "KernelCount" ? " (the kernel's own count)" : "");

    /// <summary>How the calls of a recording are nested; null for a complete recording without calls.</summary>
    public static string? Nesting(PSObject item)
    {
        if (Value(item, nameof(TraceInfo.Calls)) is not > 0L && Value(item, nameof(TraceInfo.IsComplete)) is true) return null;
        var nesting = Text(item, nameof(TraceInfo.Nesting));
        return Value(item, nameof(TraceInfo.NotPlaced)) is > 0L
            ? $"{nesting}, {Number(item, nameof(TraceInfo.NotPlaced))} calls not placed" : nesting;
    }

    /// <summary>The time of day at which a recording starts.</summary>
    public static string StartTime(PSObject item)
        => Value(item, nameof(TraceInfo.StartTime)) switch
        {
            null => "",
            IFormattable time => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture),
            var other => Safe(other.ToString()),
        };

    /// <summary>The duration of a recording, in seconds.</summary>
    public static string Duration(PSObject item) => Value(item, nameof(TraceInfo.Duration)) switch
    {
        double seconds => string.Create(CultureInfo.CurrentCulture, $"{seconds:N6} s"),
        TimeSpan time => string.Create(CultureInfo.CurrentCulture, $"{time.TotalSeconds:F2} s"),
        _ => "",
    };

    /// <summary>A line for each CPU of a recording.</summary>
    public static string PerCpu(PSObject item)
        => string.Join('\n', Items(item, nameof(TraceInfo.PerCpu)).Select(PSObject.AsPSObject).Select(cpu =>
            $"{(Text(cpu, nameof(CpuStatistics.Cpu)) is { Length: > 0 } number ? $"CPU {number}" : "no CPU")}: "
                + $"{Number(cpu, nameof(CpuStatistics.Calls))} calls, {Number(cpu, nameof(CpuStatistics.LostEvents))} lost"));

    /// <summary>The most frequent kinds of events of a recording.</summary>
    public static string EventKinds(PSObject item)
    {
        IEnumerable<(string Name, object? Count)> kinds = Value(item, nameof(TraceInfo.EventKinds)) switch
        {
            IReadOnlyDictionary<string, long> counts => counts.Select(kind => (Safe(kind.Key), (object?)kind.Value)),
            // A copy has a hashtable, which has no order.
            IDictionary table => table.Cast<DictionaryEntry>().Select(kind => (Name: Safe(kind.Key.ToString()), Count: kind.Value))
                .OrderByDescending(kind => kind.Count as long?).ThenBy(kind => kind.Name, StringComparer.Ordinal),
            _ => [],
        };
        var all = kinds.ToList();
        var texts = all.Take(MostKinds).Select(kind => string.Create(CultureInfo.CurrentCulture, $"{kind.Name}: {kind.Count:N0}"));
        return string.Join("; ", all.Count > MostKinds ? texts.Append($"and {all.Count - MostKinds} more kinds") : texts);
    }

    /// <summary>The buffer instances of a recording.</summary>
    public static string Instances(PSObject item) => Joined(item, nameof(TraceInfo.Instances), ", ");

    /// <summary>A line for each warning.</summary>
    public static string Warnings(PSObject item) => Joined(item, nameof(TraceInfo.Warnings), "\n");

    /// <summary>What is not drawn.</summary>
    public static string Omitted(PSObject item)
        => Value(item, nameof(GraphExport.OmittedFunctions)) is > 0 || Value(item, nameof(GraphExport.OmittedEdges)) is > 0
            ? $"{Number(item, nameof(GraphExport.OmittedFunctions))} functions, {Number(item, nameof(GraphExport.OmittedEdges))} edges"
            : "";

    /// <summary>How the stacks of a profile are known.</summary>
    public static string Stacks(PSObject item) => Value(item, nameof(ProfileExport.StacksAreRebuilt)) is true ? "rebuilt" : "";

    /// <summary>A note for the user.</summary>
    public static string Note(PSObject item) => Text(item, nameof(GraphExport.Note));

    /// <summary>The tracers of this machine.</summary>
    public static string Tracers(PSObject item) => Joined(item, nameof(HostReport.Tracers), " ");

    /// <summary>The CPUs of this machine.</summary>
    public static string OnlineCpus(PSObject item) => Joined(item, nameof(HostReport.OnlineCpus), ",");

    /// <summary>What interrupted recordings left behind.</summary>
    public static string LeftBehind(PSObject item) => Joined(item, nameof(HostReport.LeftBehind), ", ");

    /// <summary>A line for each problem of this machine.</summary>
    public static string Problems(PSObject item)
        => string.Join('\n', Items(item, nameof(HostReport.Problems)).Select(PSObject.AsPSObject)
            .Select(problem => Text(problem, nameof(HostProblem.Message))));

    /// <summary>The key of a latency with its name.</summary>
    public static string LatencyKey(PSObject item)
    {
        var (key, name) = (Text(item, nameof(Latency.Latency.Key)), Text(item, nameof(Latency.Latency.Name)));
        return name.Length == 0 || name == key ? key : $"{key} {name}";
    }

    /// <summary>The key of a latency or an interval without its name.</summary>
    public static string LatencyKeyOnly(PSObject item) => Text(item, nameof(Latency.Latency.Key));

    /// <summary>The name of the key of a latency or an interval.</summary>
    public static string LatencyName(PSObject item) => Text(item, nameof(Latency.Latency.Name));

    /// <summary>The kind of a latency, and its key.</summary>
    public static string LatencyLabel(PSObject item)
    {
        var (kind, key) = (Text(item, nameof(Latency.Latency.Kind)), LatencyKey(item));
        return key.Length > 0 ? $"{kind} {key}" : kind;
    }

    /// <summary>A line for each percentile of a latency.</summary>
    public static string LatencyPercentiles(PSObject item) => Lines(item, nameof(Latency.Latency.Percentiles));

    /// <summary>A line for each term of the account of a latency.</summary>
    public static string LatencyAccount(PSObject item)
        => Value(item, nameof(Latency.Latency.Account)) switch
        {
            IReadOnlyDictionary<string, long> terms => Fields(terms.Select(term => (term.Key, (object?)term.Value))),
            // A copy has a hashtable, which has no order.
            IDictionary terms => Fields(terms.Cast<DictionaryEntry>()
                .Select(term => (Name: term.Key.ToString() ?? "", term.Value)).OrderBy(term => term.Name, StringComparer.Ordinal)),
            _ => "",
        };

    /// <summary>The number of buckets of the histogram of a latency.</summary>
    public static string LatencyHistogram(PSObject item)
        => DisplayText.Count(Items(item, nameof(Latency.Latency.Histogram)).Count(), "bucket");

    /// <summary>A line for each of the longest intervals of a latency.</summary>
    public static string LatencyWorst(PSObject item)
    {
        var worst = Items(item, nameof(Latency.Latency.Worst)).ToList();
        var lines = worst.Take(MostWorst).Select(interval => Safe(interval.ToString()));
        return string.Join('\n', worst.Count <= MostWorst ? lines
            : lines.Append($"and {DisplayText.Count(worst.Count - MostWorst, "more interval")}"));
    }

    /// <summary>The counts over time of a latency, which travel with it to a chart; empty if it has none.</summary>
    public static string LatencyOverTime(PSObject item)
        => item?.BaseObject is Latency.Latency latency ? latency.Times?.ToString() ?? "" : "";

    /// <summary>The start of the time range of a latency.</summary>
    public static string LatencyFrom(PSObject item)
        => item is not null && new InputProperties(item).Time(nameof(Latency.Latency.StartTime)) is { } start
            ? start.LocalDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)
            : Seconds(Value(item, nameof(Latency.Latency.From)) as double?, IsCount(item!));

    /// <summary>The sum of the lengths.</summary>
    public static string LatencySum(PSObject item) => Length(item, nameof(Latency.Latency.SumNanoseconds));

    /// <summary>The shortest length.</summary>
    public static string LatencyMin(PSObject item) => Length(item, nameof(Latency.Latency.MinNanoseconds));

    /// <summary>The median.</summary>
    public static string LatencyP50(PSObject item) => Length(item, nameof(Latency.Latency.P50Nanoseconds));

    /// <summary>The length that 90 % do not exceed.</summary>
    public static string LatencyP90(PSObject item) => Length(item, nameof(Latency.Latency.P90Nanoseconds));

    /// <summary>The length that 99 % do not exceed.</summary>
    public static string LatencyP99(PSObject item) => Length(item, nameof(Latency.Latency.P99Nanoseconds));

    /// <summary>The length that 99.9 % do not exceed.</summary>
    public static string LatencyP999(PSObject item) => Length(item, nameof(Latency.Latency.P999Nanoseconds));

    /// <summary>The longest length.</summary>
    public static string LatencyMax(PSObject item) => Length(item, nameof(Latency.Latency.MaxNanoseconds));

    /// <summary>The key of an interval that is no task or CPU, by its name if it has one.</summary>
    public static string IntervalKey(PSObject item)
    {
        var key = Text(item, nameof(Interval.Key));
        if (Text(item, nameof(Interval.Name)) is { Length: > 0 } name) return name;
        return key == Text(item, nameof(Interval.ProcessId)) || key == Text(item, nameof(Interval.Cpu)) ? "" : key;
    }

    /// <summary>The kind of an interval, its key and its length.</summary>
    public static string IntervalLabel(PSObject item)
    {
        string[] parts = [Text(item, nameof(Interval.Kind)), Text(item, nameof(Interval.Key)), IntervalDuration(item)];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    /// <summary>The start of an interval.</summary>
    public static string IntervalStart(PSObject item) => Seconds(Value(item, nameof(Interval.Start)) as double?, IsCount(item));

    /// <summary>The length of an interval.</summary>
    public static string IntervalDuration(PSObject item) => Length(item, nameof(Interval.DurationNanoseconds));

    /// <summary>Who woke the task of an interval.</summary>
    public static string IntervalWaker(PSObject item) => Text(item, nameof(Interval.WakerComm));

    /// <summary>The kind of the intervals of a cause.</summary>
    public static string CauseKind(PSObject item) => Text(item, nameof(LatencyCause.Kind)) is { Length: > 0 } kind ? kind : "(several)";

    /// <summary>The task of an interval and what it was about: the system call, interrupt, function or device.</summary>
    public static string CauseWhat(PSObject item)
    {
        var (comm, pid) = (Text(item, nameof(LatencyCause.Comm)), Text(item, nameof(LatencyCause.ProcessId)));
        var (key, cpu) = (Text(item, nameof(LatencyCause.Key)), Text(item, nameof(LatencyCause.Cpu)));
        var task = comm.Length + pid.Length > 0 ? TaskOf(comm, pid) : "";
        if (key.Length == 0 || key == pid || key == cpu) return task;
        if (Text(item, nameof(LatencyCause.Name)) is { Length: > 0 } name) key = name;
        return task.Length == 0 ? key : $"{task} {key}";
    }

    /// <summary>The largest share of a cause in words.</summary>
    public static string CauseTop(PSObject item) => Text(item, nameof(LatencyCause.TopCause));

    /// <summary>A cause as a sentence.</summary>
    public static string CauseSentence(PSObject item) => Text(item, nameof(LatencyCause.Sentence));

    /// <summary>A line for each share of a cause.</summary>
    public static string CauseShares(PSObject item)
        => string.Join('\n', Items(item, nameof(LatencyCause.Shares)).Select(PSObject.AsPSObject).Take(MostShares).Select(share =>
        {
            var time = Value(share, nameof(CauseShare.Nanoseconds)) is { } known
                && Convert.ToInt64(known, CultureInfo.InvariantCulture) is var length
                ? IsCount(item) ? DurationText.OfCounts(length) : DurationText.Of(length) : "";
            return $"{Safe(share.ToString())}, {time}";
        }));

    /// <summary>A share of a cause in one line: per cent, category and what it was.</summary>
    public static string ShareLabel(PSObject item)
    {
        var percent = Value(item, nameof(CauseShare.Percent)) is double known
            ? string.Create(CultureInfo.InvariantCulture, $"{known:0.0} %") : "";
        string[] parts = [percent, Text(item, nameof(CauseShare.Category)), CauseName(item)];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    /// <summary>What a share of a cause was, and who woke a task that slept.</summary>
    public static string CauseName(PSObject item)
    {
        var name = Text(item, nameof(CauseShare.Name));
        var (waker, pid) = (Text(item, nameof(CauseShare.WakerComm)), Text(item, nameof(CauseShare.Waker)));
        if (waker.Length + pid.Length == 0) return name;
        var by = $"woken by {TaskOf(waker, pid)}";
        return name.Length == 0 ? by : $"{name}, {by}";
    }

    /// <summary>The time of a share of a cause.</summary>
    public static string CauseTime(PSObject item) => Length(item, nameof(CauseShare.Nanoseconds));

    /// <summary>The functions of a share of a cause.</summary>
    public static string CauseFunctions(PSObject item)
        => string.Join(", ", Items(item, nameof(CauseShare.Functions)).Select(PSObject.AsPSObject)
            .Select(one => $"{Function(one)} {Number(one, nameof(CauseFunction.Calls))}"));

    /// <summary>The time in a function of a share of a cause.</summary>
    public static string CauseSelf(PSObject item) => Length(item, nameof(CauseFunction.SelfNanoseconds));

    /// <summary>The task of a segment of a path, or what it is instead, indented by its depth.</summary>
    public static string SegmentTask(PSObject item)
    {
        var depth = Value(item, nameof(PathSegment.Depth)) is { } known ? Convert.ToInt32(known, CultureInfo.InvariantCulture) : 0;
        return Tree.Task(depth, Value(item, nameof(PathSegment.Comm)) as string, Value(item, nameof(PathSegment.ProcessId)) as int?,
            Value(item, nameof(PathSegment.What)) as string);
    }

    /// <summary>What a task waited for, or the interrupt, vector or device of a segment of a path.</summary>
    public static string SegmentWhat(PSObject item) => Text(item, nameof(PathSegment.What));

    /// <summary>What a task waited for; empty if there is no task, because then <see cref="SegmentTask"/> is that.</summary>
    public static string SegmentAbout(PSObject item)
        => Value(item, nameof(PathSegment.Comm)) is null && Value(item, nameof(PathSegment.ProcessId)) is null ? "" : SegmentWhat(item);

    /// <summary>A segment of a path in one line.</summary>
    public static string SegmentLabel(PSObject item)
    {
        string[] parts = [SegmentTask(item), Text(item, nameof(PathSegment.State)), IntervalDuration(item)];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    private static string TaskOf(string comm, string pid)
        => comm.Length == 0 ? pid : pid.Length == 0 ? comm : $"{comm}/{pid}";

    /// <summary>The CPUs without an event; empty if the recording does not contain the number of CPUs.</summary>
    public static string CpusNotSeen(PSObject item)
    {
        if (Value(item, nameof(TraceCheck.CpusNotSeen)) is null) return "";
        return Joined(item, nameof(TraceCheck.CpusNotSeen), ",") is { Length: > 0 } cpus ? cpus : "none";
    }

    /// <summary>A line for each of the first gaps in the events.</summary>
    public static string Losses(PSObject item)
    {
        var lines = Items(item, nameof(TraceCheck.Losses)).Take(MostLosses).Select(loss => Safe(loss.ToString()));
        return string.Join('\n', Value(item, nameof(TraceCheck.LossCount)) is long all && all > MostLosses
            ? lines.Append(string.Create(CultureInfo.CurrentCulture, $"and {all - MostLosses:N0} more gaps")) : lines);
    }

    /// <summary>The kinds of intervals that can be measured.</summary>
    public static string Measured(PSObject item)
        => string.Join(", ", KindsOf(item, true).Select(kind => Text(kind, nameof(CheckedKind.Kind))));

    /// <summary>The kinds of intervals that cannot be measured, with what to record for them: a line for each advice.</summary>
    public static string NotMeasured(PSObject item)
        => string.Join('\n', KindsOf(item, false).GroupBy(kind => Text(kind, nameof(CheckedKind.RecommendedAction)))
            .Select(group => $"{string.Join(", ", group.Select(kind => Text(kind, nameof(CheckedKind.Kind))))}. {group.Key}"));

    /// <summary>A line for each self-check, with what it found.</summary>
    public static string Checks(PSObject item) => Lines(item, nameof(TraceCheck.Checks));

    /// <summary>The number of self-checks that failed.</summary>
    public static string FailedChecks(PSObject item)
        => Items(item, nameof(TraceCheck.Checks)).Select(PSObject.AsPSObject)
            .Count(check => Value(check, nameof(SelfCheck.Passed)) is false).ToString("N0", CultureInfo.CurrentCulture);

    /// <summary>A line for each finding.</summary>
    public static string Findings(PSObject item) => Lines(item, nameof(TraceCheck.Findings));

    private static string Lines(PSObject? item, string name)
        => string.Join('\n', Items(item, name).Select(element => Safe(element.ToString())));

    private static IEnumerable<PSObject> KindsOf(PSObject? item, bool canMeasure)
        => Items(item, nameof(TraceCheck.Kinds)).Select(PSObject.AsPSObject)
            .Where(kind => Value(kind, nameof(CheckedKind.CanMeasure)) is bool can && can == canMeasure);

    private static bool IsCount(PSObject item) => Value(item, nameof(Interval.Unit)) as string == nameof(ClockUnit.Counts);

    private static string Length(PSObject item, string name)
        => Value(item, name) is not { } length ? ""
            : Convert.ToInt64(length, CultureInfo.InvariantCulture) is var known && IsCount(item)
                ? DurationText.OfCounts(known) : DurationText.Of(known);

    private static string Seconds(double? time, bool isCount)
        => time?.ToString(isCount ? "F0" : "F6", CultureInfo.InvariantCulture) ?? "";

    private static string WithModule(string name, string? module)
        => TerminalText.Escape(string.IsNullOrEmpty(module) ? name : $"{name} [{module}]");

    private static string WithLine(PSObject? item, string file, string line)
        => Text(item, line) is { Length: > 0 } number ? $"{Text(item, file)}:{number}" : Text(item, file);

    private static string OrUnknown(string text) => text.Length == 0 ? Unknown : text;

    private static string Joined(PSObject? item, string name, string separator)
        => string.Join(separator, Items(item, name).Select(element => Safe(Convert.ToString(element, CultureInfo.InvariantCulture))));

    private static string Number(PSObject? item, string name)
        => Value(item, name) is IFormattable number ? number.ToString("N0", CultureInfo.CurrentCulture) : "";

    private static string Text(PSObject? item, string name) => Safe(Raw(item, name));

    private static string Raw(PSObject? item, string name)
        => Value(item, name) is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "" : "";

    private static string Safe(string? text) => text is null ? "" : TerminalText.Escape(text);

    private static IEnumerable<object> Items(PSObject? item, string name)
        => Value(item, name) is IEnumerable several and not string ? several.Cast<object?>().OfType<object>() : [];

    private static object? Value(PSObject? item, string name)
    {
        var value = item?.Properties[name]?.Value;
        return value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;
    }
}
