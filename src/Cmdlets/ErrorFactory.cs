using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Comparison;
using KernelMagnifier.Files;
using KernelMagnifier.Incidents;
using KernelMagnifier.Lab;
using KernelMagnifier.Recording;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Creates the error records of the cmdlets: each with a stable id, a category, a target and a recommended action.
/// docs/cmdlets/errors.md lists the ids.
/// </summary>
internal static class ErrorFactory
{
    private const int LongestValue = 80;
    private const int MostAssertions = 10;

    /// <summary>A window without calls.</summary>
    internal const string NoCalls = "No function call was recorded in the time range.";

    /// <summary>What to do about it.</summary>
    internal const string RecordCalls = "Record functions with the events: Start-KmRecording -Tracer function -Preset Scheduling";

    /// <summary>The record of an error of the engine. Its id is the code of the error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="target">The target of the record if the error has none.</param>
    public static ErrorRecord Of(KernelMagnifierException error, object? target = null)
    {
        var action = ErrorActions.Of(error);
        // PowerShell shows the recommended action beside the message.
        var thing = error is RequestException request ? "-" + request.Property : error.Target;
        var message = (thing is null ? "" : thing + ": ") + error.Cause;
        return Make(error, error.Code.ToString(), ErrorCategories.Of(error.Code), error.Target ?? target,
            action ?? ErrorActions.Fallback, message);
    }

    /// <summary>A path that does not exist.</summary>
    /// <param name="code"><see cref="ErrorCode.TraceNotFound"/> or <see cref="ErrorCode.SymbolMapNotFound"/>.</param>
    /// <param name="path">The path.</param>
    /// <param name="cause">The exception of PowerShell.</param>
    /// <param name="near">The path in the file system, to suggest a similar one; null for none.</param>
    public static ErrorRecord NotFound(ErrorCode code, string path, Exception cause, string? near = null)
        => Of(new KernelMagnifierException(code, path, "the path does not exist.",
            near is null ? null : NearbyFiles.Before(near, $"Give the path of an existing {ThingOf(code)}."),
            cause));

    private static string ThingOf(ErrorCode code) => code switch
    {
        ErrorCode.LogNotFound => "log",
        ErrorCode.WorkloadNotFound => "workload file",
        ErrorCode.IncidentNotFound => "incident file",
        ErrorCode.BaselineNotFound => "baseline",
        ErrorCode.TableNotFound => "dataset",
        _ => "recording",
    };

    /// <summary>A path that is not one of the file system.</summary>
    public static ErrorRecord NotAFile(string path)
        => Make(NotSupported($"{path}: this is not a path in the file system."),
            "NotAFile", ErrorCategory.InvalidArgument, path, "Give the path of a file.");

    /// <summary>An empty string instead of a path.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="thing">What the path is of.</param>
    public static ErrorRecord EmptyPath(string parameter = "Path", string thing = "recording")
        => Make(Argument($"-{parameter}: a path is empty."), "EmptyPath", ErrorCategory.InvalidArgument, "",
            $"Give the path of an existing {thing}.");

    /// <summary>Binary data that came as strings.</summary>
    public static ErrorRecord BinaryInput()
        => Make(InvalidData("The input is binary data. PowerShell converts the output of a program to text, "
                + "which damages compressed recordings and trace.dat files."),
            "BinaryInput", ErrorCategory.InvalidData, null,
            "Give the file itself: Import-KmTrace FILE reads trace.dat, gzip and zstd. "
                + "To fetch it from another machine: ssh HOST cat FILE > copy.dat; Import-KmTrace copy.dat");

    /// <summary>Strings from the pipeline beside paths on the command line.</summary>
    public static ErrorRecord PathAndText(string[] paths)
        => Contradiction($"-Path {string.Join(", ", paths)} names the recordings, so text from the pipeline would have no effect.",
            paths, "Omit -Path to read the text, or give a minus sign: … | Import-KmTrace -");

    /// <summary>Text of a recording after a path, in one pipeline.</summary>
    public static ErrorRecord TextAfterPath(string text)
        => Make(Argument("The strings from the pipeline are paths first and then text of a recording: "
                + DisplayText.Shorten(text.TrimEnd(), LongestValue)),
            "TextAfterPath", ErrorCategory.InvalidArgument, text,
            "Read the file and the text with a command each: Import-KmTrace FILE; … | Import-KmTrace");

    /// <summary>No standard input to read.</summary>
    public static ErrorRecord NoStandardInput()
        => Make(InvalidOperation("-: no pipe or file is connected to standard input of this PowerShell."),
            "NoStandardInput", ErrorCategory.InvalidOperation, "-",
            "Pipe the text within PowerShell: zstd -dc trace.zst | Import-KmTrace. "
                + "From another shell: cat trace.dat | pwsh -Command 'Import-KmTrace -'");

    /// <summary>A value of -SymbolMap that is neither a path nor a map.</summary>
    public static ErrorRecord NotASymbolMap(object value)
        => Make(Argument(
                $"-SymbolMap: a value of the type {TypeOf(value)} is neither a path nor the output of Get-KmSymbolMap."),
            "NotASymbolMap", ErrorCategory.InvalidType, value,
            "Read the map first: $map = Get-KmSymbolMap ./symbol-filepath.map");

    /// <summary>Input that is neither a call nor an edge.</summary>
    public static ErrorRecord NotACall(object? value)
        => Make(Argument(
                $"The input is of the type {TypeOf(value)} instead of a call event or a call edge: {Shown(value)}"),
            "NotACall", ErrorCategory.InvalidType, value,
            "Pipe the output of Import-KmTrace to this cmdlet, with or without -AsEdge.");

    /// <summary>Input that is neither a kernel event nor a recording.</summary>
    public static ErrorRecord NotAnEvent(object? value)
        => Make(Argument(
                $"The input is of the type {TypeOf(value)} instead of a kernel event, an interval, a measurement or the path of a "
                + $"recording: {Shown(value)}"),
            "NotAnEvent", ErrorCategory.InvalidType, value,
            "Give recordings, or pipe kernel events: Import-KmTrace FILE -Event * | Measure-KmLatency");

    /// <summary>A kind of intervals that there is not.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="known">The kinds that there are.</param>
    public static ErrorRecord UnknownKind(string kind, IEnumerable<string> known)
        => Make(Argument($"-Kind: there is no kind of intervals that matches '{Shown(kind)}'."),
            "UnknownKind", ErrorCategory.InvalidArgument, kind, $"Use one of: {string.Join(", ", known)}.");

    /// <summary>An object is neither a recording nor a baseline.</summary>
    public static ErrorRecord NotComparable(object value)
        => Make(Argument($"The input is of the type {TypeOf(value)} instead of a recording or a baseline: {Shown(value)}"),
            "NotComparable", ErrorCategory.InvalidType, value, "Give paths, files, or the output of Get-KmBaseline.");

    /// <summary>Input that is no run of the lab and no recording.</summary>
    public static ErrorRecord NotARun(object value, string parameter)
        => Make(Argument($"-{parameter}: the input is of the type {TypeOf(value)} instead of a run of the lab or a recording: {Shown(value)}"),
            "NotARun", ErrorCategory.InvalidType, value, "Give the output of Invoke-KmLab, paths or files.");

    /// <summary>Input that is no workload.</summary>
    public static ErrorRecord NotAWorkload(object value)
        => Make(Argument($"-Workload: the input is of the type {TypeOf(value)} instead of a workload: {Shown(value)}"),
            "NotAWorkload", ErrorCategory.InvalidType, value,
            "Give the output of ConvertTo-KmWorkload or Import-KmWorkload, or the JSON file that Export-KmWorkload writes.");

    /// <summary>Assertions of an incident that do not hold.</summary>
    public static ErrorRecord IncidentFailed(IncidentResult result)
    {
        var lines = result.Assertions.Where(one => one.Outcome != "Passed").Take(MostAssertions).Select(one => one.ToString());
        var message = $"{result.Title ?? result.Incident}: {result.Outcome}. {string.Join(" ", lines)}".TrimEnd();
        return Make(new InvalidOperationException(TerminalText.Escape(message)), result.Outcome == "Failed" ? "AssertionFailed" : "AssertionUndecided",
            ErrorCategory.InvalidResult, result, "Look at Assertions and Fidelity of the result: Invoke-KmIncident without -Assert returns it.");
    }

    /// <summary>Input that is neither a count nor a call nor an edge.</summary>
    public static ErrorRecord NotACount(object? value)
        => Make(Argument(
                $"The input is of the type {TypeOf(value)} instead of a call count, a call event or a call edge: {Shown(value)}"),
            "NotACount", ErrorCategory.InvalidType, value, "Pipe the output of Measure-KmCall or Import-KmTrace to this cmdlet.");

    /// <summary>An input object whose property is missing or has a value that is not possible.</summary>
    /// <param name="error">The property.</param>
    /// <param name="input">The object.</param>
    public static ErrorRecord Of(InputException error, object? input)
    {
        var property = error.Property;
        if (error.Value is null)
        {
            return Make(Argument($"The input has no value of the property {property}, which {error.Expected} has."),
                "MissingProperty", ErrorCategory.InvalidData, input, error.Expected == CountsAsEdges.What
                    ? "Count by edge: … | Measure-KmCall -By Edge" : $"Keep the property {property} of the objects.");
        }
        return Make(Argument($"The property {property} of the input is '{Shown(error.Value)}' instead of {error.Expected}."),
            "InvalidProperty", ErrorCategory.InvalidData, input, "Correct the property, or remove the object.");
    }

    /// <summary>Input that mixes counts with calls.</summary>
    public static ErrorRecord MixedInput(object? value)
        => Of(new KernelMagnifierException(ErrorCode.MixedInput, null, "The input mixes call counts with calls.",
            "Count the calls first: … | Measure-KmCall | Export-KmReport …"), value);

    /// <summary>Input that mixes intervals with what they are made of, or what they make.</summary>
    public static ErrorRecord MixedIntervals(object? value)
        => Of(new KernelMagnifierException(ErrorCode.MixedInput, null,
            "The input mixes intervals with kernel events, recordings or latencies.",
            "Measure each alone and merge the latencies: $latencies | Measure-KmLatency"), value);

    /// <summary>Input of edges where calls are needed.</summary>
    public static ErrorRecord EdgesHaveNoStacks(string path)
        => Make(Argument($"{path}: this format contains stacks, and call edges have none."),
            "EdgesHaveNoStacks", ErrorCategory.InvalidType, path, "Omit -AsEdge, or write a .gv, .graphml or .mmd file.");

    /// <summary>Input of kernel events where the format has no place for them.</summary>
    public static ErrorRecord EventsNeedTimeline(string path)
        => Make(Argument($"{path}: this format contains calls only, and the input has kernel events."),
            "EventsNeedTimeline", ErrorCategory.InvalidType, path, "Write a .perfetto-trace file, or omit -Event.");

    /// <summary>Input of critical paths where the format has no place for them.</summary>
    public static ErrorRecord PathsNeedTimeline(string path)
        => Make(Argument($"{path}: this format contains calls only, and the input is a critical path."),
            "EventsNeedTimeline", ErrorCategory.InvalidType, path, "Write a .perfetto-trace or .json file.");

    /// <summary>A segment of a critical path that comes back from a file or another process.</summary>
    public static ErrorRecord PathOfCopy(string path)
        => Make(Argument($"{path}: a segment of a critical path comes from a file or another process, which does not have its recording."),
            "MixedInput", ErrorCategory.InvalidType, path,
            "Pipe the path itself: Get-KmCriticalPath RECORDING -ProcessId PID -Since START -Until END | Export-KmProfile …");

    /// <summary>Critical paths beside calls or events.</summary>
    public static ErrorRecord PathsAndCalls(string path)
        => Make(Argument($"{path}: the input mixes critical paths with calls or events."), "MixedInput",
            ErrorCategory.InvalidType,
            path, "Write the paths alone: the profile has the calls and events of their recordings, too.");

    /// <summary>No input.</summary>
    /// <param name="id">The id of the error: NothingToDraw or NothingToReport.</param>
    /// <param name="path">The file that is not written.</param>
    /// <param name="withEvents">Whether the cmdlet also takes kernel events.</param>
    public static ErrorRecord NoInput(string id, string path, bool withEvents = false)
        => Make(InvalidOperation(
                $"{path}: the file was not written, because the input has no calls. A filter may have removed all."),
            id, ErrorCategory.InvalidData, path, "Use a wider filter, or list the calls with Measure-KmCall."
                + (withEvents ? " If the recording has kernel events, read them: Import-KmTrace FILE -Event * | Export-KmProfile …" : ""));

    /// <summary>Input that no table has rows for.</summary>
    public static ErrorRecord NotARow(object? value)
        => Make(Argument($"No table has rows of the type {TypeOf(value)}: {Shown(value)}"), "NotARow", ErrorCategory.InvalidType, value,
            "Pipe recordings, calls, edges, kernel events, intervals, latencies, measurements or probe results.");

    /// <summary>Tables without rows.</summary>
    public static ErrorRecord NothingToExport(string folder)
        => Make(InvalidOperation($"{folder}: no file was written, because there was no input."), "NothingToExport",
            ErrorCategory.InvalidData, folder, "Pipe recordings or objects: Import-KmTrace FILE | Export-KmTable FOLDER");

    /// <summary>A graph of time ranges without calls.</summary>
    /// <param name="path">The file that is not written.</param>
    /// <param name="recordings">The recordings.</param>
    public static ErrorRecord NoCallsInWindow(string path, string recordings)
        => Make(InvalidOperation($"{path}: the file was not written. {recordings}: {NoCalls}"), "NothingToDraw",
            ErrorCategory.InvalidData, path, RecordCalls);

    /// <summary>Intervals where their latencies are needed.</summary>
    public static ErrorRecord IntervalsAreNoReport(object? value)
        => Make(Argument("The input is an interval. A report takes latencies, call counts, call events or call edges."),
            "NotACount", ErrorCategory.InvalidType, value,
            "Omit -AsInterval: Measure-KmLatency FILE | Export-KmReport … For the intervals themselves: … | Export-Csv …");

    /// <summary>Input that is neither a latency nor an interval.</summary>
    public static ErrorRecord NotALatency(object? value)
        => Make(Argument($"The input is of the type {TypeOf(value)} instead of a latency or an interval: {Shown(value)}"),
            "NotALatency", ErrorCategory.InvalidType, value, "Pipe the output of Measure-KmLatency to this cmdlet.");

    /// <summary>Assertions that do not hold, or that cannot be decided.</summary>
    /// <param name="failed">The assertions.</param>
    /// <param name="because">Why they matter; null if not said.</param>
    public static ErrorRecord AssertionFailed(IReadOnlyList<TraceAssertion> failed, string? because)
    {
        var lines = failed.Take(MostAssertions).Select(assertion => assertion.Message);
        if (failed.Count > MostAssertions) lines = lines.Append($"… and {failed.Count - MostAssertions} more.");
        if (because is not null) lines = lines.Append($"Because {because}");
        // Each assertion has a line of its own.
        var message = string.Join('\n', lines.Select(TerminalText.Escape));
        var isUndecided = failed.All(assertion => assertion.Outcome == "Undecided");
        var record = Make(new InvalidOperationException(message), isUndecided ? "AssertionUndecided" : "AssertionFailed",
            ErrorCategory.InvalidResult, failed[0], failed[0].NextCommand);
        record.ErrorDetails = new ErrorDetails(message) { RecommendedAction = record.ErrorDetails.RecommendedAction };
        return record;
    }

    /// <summary>Input that is no interval, and none of what has intervals.</summary>
    /// <param name="value">The input.</param>
    /// <param name="what">What the cmdlet takes.</param>
    public static ErrorRecord NotAnInterval(object? value, string what)
        => Make(Argument($"The input is of the type {TypeOf(value)} instead of {what}: {Shown(value)}"),
            "NotAnInterval", ErrorCategory.InvalidType, value,
            "Pipe intervals to this cmdlet: Measure-KmLatency FILE -AsInterval -Above 5ms");

    /// <summary>An interval whose recording cannot be read again.</summary>
    /// <param name="recording">The recording; null if the interval names none.</param>
    /// <param name="host">The host of the recording; null for this one.</param>
    /// <param name="value">The interval.</param>
    public static ErrorRecord NoRecordingToReread(string? recording, string? host, object? value)
        => host is not null ? OnAnotherHost(recording ?? "the recording", host, value) : Make(InvalidOperation((recording is null ? "The interval does not name its recording"
                : "The interval is of standard input") + ", and the events around it are needed, too."),
            "NoRecordingToReread", ErrorCategory.InvalidData, value,
            "Save the recording to a file and measure that: Measure-KmLatency FILE -AsInterval");

    /// <summary>A time range whose recording cannot be read again.</summary>
    /// <param name="window">The time range.</param>
    /// <param name="value">The object that has it.</param>
    public static ErrorRecord NoRecordingToReread(RecordingWindow window, object? value)
        => window.IsOfTable ? RecordingOfTable(window.Recording, value)
            : NoRecordingToReread(window.Recording, window.Host, value);

    /// <summary>An interval of a table, which has the name of the recording only.</summary>
    /// <param name="recording">The name of the recording; null if the table names none.</param>
    /// <param name="value">The interval.</param>
    public static ErrorRecord RecordingOfTable(string? recording, object? value)
        => Make(InvalidOperation($"{recording ?? "The recording"}: the object comes from a table, which does not tell where the "
                + "recording is, and the events around the interval are needed, too."),
            "NoRecordingToReread", ErrorCategory.InvalidData, value,
            "Name the recording with -Path, or pipe its own intervals: Measure-KmLatency FILE -AsInterval");

    /// <summary>A recording of another host where the recording itself is needed.</summary>
    /// <param name="recording">The recording.</param>
    /// <param name="host">The host, as PowerShell names it.</param>
    /// <param name="value">The object that names the recording.</param>
    public static ErrorRecord OnAnotherHost(string recording, string host, object? value)
        => Make(InvalidOperation($"{recording}: the recording is on the host {host}, and this host needs it."),
            "RecordingOnAnotherHost", ErrorCategory.InvalidOperation, value,
            "Run the whole command there with Invoke-Command, or fetch the recording first with Copy-KmRecording and measure the copy.");

    /// <summary>An interval of no task where a task is needed.</summary>
    public static ErrorRecord NoTask(object? value)
        => Of(new KernelMagnifierException(ErrorCode.TaskNotFound, null, "the input is of no task, and a path is that of a task.",
            "Give the recording and the task: Get-KmCriticalPath FILE -ProcessId PID"), value);

    /// <summary>No intervals in the input.</summary>
    /// <param name="id">The id of the error.</param>
    /// <param name="path">The file that is not written; null for none.</param>
    public static ErrorRecord NoIntervals(string id, string? path)
        => Make(InvalidOperation((path is null ? "" : $"{path}: the file was not written. ")
                + "The input has no intervals. A filter may have removed all, or the recording has no pairs of events."),
            id, ErrorCategory.InvalidData, path, "Use a wider filter, or list what the recording can tell with Test-KmTrace.");

    /// <summary>Histograms of probes that count no times, for a chart of times.</summary>
    public static ErrorRecord NoTimes(string path)
        => Make(InvalidOperation($"{path}: the file was not written. The histograms of the input have no unit of time."),
            "NothingToDraw", ErrorCategory.InvalidData, path,
            "Show them with Format-KmHistogram or Export-KmReport, or declare the unit of the map in the manifest of the probe.");

    /// <summary>A filter by source file without a symbol map.</summary>
    public static ErrorRecord NeedsSymbolMap(string parameter)
        => Of(new KernelMagnifierException(
            ErrorCode.NeedsSymbolMap, $"-{parameter}", "no symbol map provides the source files."));

    /// <summary>A function that the input does not have.</summary>
    /// <param name="pattern">The name or pattern.</param>
    /// <param name="near">A similar name that the input has; null for none.</param>
    public static ErrorRecord FunctionNotFound(string pattern, string? near)
        => Of(new KernelMagnifierException(ErrorCode.FunctionNotFound, pattern, "no function of this name is in the input.",
            (near is null ? "" : $"Did you mean {near}? ")
                + "List the functions with Measure-KmCall. Names are case-sensitive."));

    /// <summary>Parameters that contradict each other.</summary>
    public static ErrorRecord Contradiction(
        string message, object? target, string action = "Change or omit one of the parameters.")
        => Make(Argument(message), "ParametersContradict", ErrorCategory.InvalidArgument, target, action);

    /// <summary>A filter parameter together with -Info.</summary>
    public static ErrorRecord InfoTakesNoFilter(string parameter)
        => Make(Argument($"-Info describes the whole recording, so -{parameter} would have no effect."),
            "InfoTakesNoFilter", ErrorCategory.InvalidArgument, parameter,
            $"Omit -{parameter}, or count the calls that pass: Import-KmTrace … -{parameter} … | Measure-KmCall -By None");

    /// <summary>A guest that did not complete. Its id is <c>Guest</c> with the outcome; its target is the run.</summary>
    public static ErrorRecord Of(LabRun run)
        => Make(InvalidOperation(string.Create(CultureInfo.InvariantCulture, $"Run {run.Number}, {run.Kernel}: {run.Reason}")), "Guest" + run.Outcome,
            run.Outcome switch
            {
                "DiskFull" => ErrorCategory.ResourceUnavailable,
                "NotStarted" => ErrorCategory.NotInstalled,
                "Hung" or "HungAtBoot" => ErrorCategory.OperationTimeout,
                _ => ErrorCategory.OperationStopped,
            }, run, $"Read the log of its console: {run.LogPath}");

    /// <summary>A parameter about calls together with -Event.</summary>
    public static ErrorRecord NotForEvents(string parameter)
        => Contradiction($"-{parameter} applies to calls, and -Event returns kernel events.", parameter,
            $"Omit -{parameter}, or add -WithCall to read the calls, too.");

    /// <summary>
    /// Creates the record. Everything that PowerShell shows of it is escaped, in every error view: messages, the recommended
    /// action, a text that is the target, and the name of the target in the category.
    /// </summary>
    private static ErrorRecord Make(
        Exception error, string id, ErrorCategory category, object? target, string recommendedAction, string? message = null)
    {
        var value = target is PSObject { BaseObject: string text } ? text : target;
        var record = new ErrorRecord(error, id, category, value is string name ? TerminalText.Escape(name) : target)
        {
            ErrorDetails = new ErrorDetails(TerminalText.Escape(message ?? error.Message))
            {
                RecommendedAction = TerminalText.Escape(recommendedAction),
            },
        };
        record.CategoryInfo.TargetName = TerminalText.Escape(record.CategoryInfo.TargetName);
        return record;
    }

    private static ArgumentException Argument(string message) => new(TerminalText.Escape(message));

    private static NotSupportedException NotSupported(string message) => new(TerminalText.Escape(message));

    private static InvalidDataException InvalidData(string message) => new(TerminalText.Escape(message));

    private static InvalidOperationException InvalidOperation(string message) => new(TerminalText.Escape(message));

    /// <summary>A value in a message: untrusted, and maybe long.</summary>
    private static string Shown(object? value)
        => DisplayText.Shorten(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", LongestValue);

    /// <summary>
    /// The name of the type of a value. A deserialized object has the name of its original type, after "Deserialized.".
    /// </summary>
    private static string TypeOf(object? value) => value switch
    {
        null => "null",
        PSObject { BaseObject: PSCustomObject } custom => custom.TypeNames[0],
        PSObject wrapped => wrapped.BaseObject.GetType().Name,
        _ => value.GetType().Name,
    };
}
