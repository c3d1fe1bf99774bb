using System.Management.Automation;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Every error these cmdlets can raise: its stable id, its category and its recommended action.</summary>
internal static class ErrorFactory
{
    /// <summary>The record of an error of the engine: its id is the error's code.</summary>
    /// <param name="error">The error.</param>
    /// <param name="target">The target if the error names none.</param>
    public static ErrorRecord Of(KernelMagnifierException error, object? target)
        => Make(error, error.Code.ToString(), CategoryOf(error.Code), error.Target ?? target, ActionFor(error.Code) ?? error.RecommendedAction ?? "Run the command again with -Verbose.");

    /// <summary>The recommended action in the words of these cmdlets; null where that of the engine names nothing else.</summary>
    private static string? ActionFor(ErrorCode code) => code switch
    {
        ErrorCode.OutputExists => "Add -Force to replace the file, or choose another path.",
        ErrorCode.NeedsSymbolMap => "Add -SymbolMap with the path of a map file, or with what Get-KmSymbolMap returns.",
        ErrorCode.NotForEdges => "Use the call events instead: omit -AsEdge, or give the filter to Import-KmTrace.",
        ErrorCode.TraceNotFound => "Name a recording that exists.",
        ErrorCode.SymbolMapNotFound => "Name a symbol map that exists, or create one: Get-KmSymbolMap -OutFile ./symbol-filepath.map",
        _ => null,
    };

    private static ErrorCategory CategoryOf(ErrorCode code) => code switch
    {
        ErrorCode.TraceNotFound or ErrorCode.SymbolMapNotFound or ErrorCode.DebugInformationNotFound or ErrorCode.InstanceNotFound or ErrorCode.FunctionNotFound
            or ErrorCode.PathNotFound or ErrorCode.UnknownFunction or ErrorCode.UnknownModule or ErrorCode.UnknownEvent or ErrorCode.NoSuchProcess
            or ErrorCode.CommandNotFound or ErrorCode.NoSuchCpu => ErrorCategory.ObjectNotFound,
        ErrorCode.TraceNotPermitted or ErrorCode.SymbolMapNotPermitted or ErrorCode.DebugInformationNotPermitted or ErrorCode.NotRoot
            or ErrorCode.KernelLockedDown => ErrorCategory.PermissionDenied,
        ErrorCode.TraceUnreadable or ErrorCode.SymbolMapUnreadable or ErrorCode.DebugInformationUnreadable or ErrorCode.BuildIdMismatch
            or ErrorCode.NoDurations => ErrorCategory.InvalidData,
        ErrorCode.NoTraceFs or ErrorCode.TracerNotBuiltIn or ErrorCode.ToolNotFound or ErrorCode.PageNotBuilt => ErrorCategory.NotInstalled,
        ErrorCode.TracerInUse => ErrorCategory.ResourceBusy,
        ErrorCode.CpuOffline or ErrorCode.BufferTooLarge or ErrorCode.DiskFull => ErrorCategory.ResourceUnavailable,
        ErrorCode.OutputNotWritable or ErrorCode.TemporaryFileNotWritten => ErrorCategory.WriteError,
        ErrorCode.OutputExists => ErrorCategory.ResourceExists,
        ErrorCode.OutputNotSafe => ErrorCategory.SecurityError,
        ErrorCode.RecordingFailed or ErrorCode.ToolFailed => ErrorCategory.OperationStopped,
        ErrorCode.NotForEdges => ErrorCategory.InvalidOperation,
        ErrorCode.MixedInput => ErrorCategory.InvalidType,
        _ => ErrorCategory.InvalidArgument,
    };

    public static ErrorRecord NotASymbolMap(object value)
        => Make(new ArgumentException($"-SymbolMap takes the path of a map file, or what Get-KmSymbolMap returns; a {TypeOf(value)} is neither."),
            "NotASymbolMap", ErrorCategory.InvalidType, value, "Read the map first: $map = Get-KmSymbolMap ./symbol-filepath.map");

    public static ErrorRecord NotAFile(string path)
        => Make(new NotSupportedException($"{path}: this is not a place in the file system."), "NotAFile", ErrorCategory.InvalidArgument, path, "Name a file.");

    public static ErrorRecord NotFound(string path, Exception cause)
        => Make(cause, "TraceNotFound", ErrorCategory.ObjectNotFound, path, "Name a file that exists.");

    public static ErrorRecord NotACall(object? value)
        => Make(new ArgumentException($"Call events or call edges were expected, not {TypeOf(value)}: {value}"),
            "NotACall", ErrorCategory.InvalidType, value, "Pipe what Import-KmTrace returns, with or without -AsEdge.");

    public static ErrorRecord NotACount(object? value)
        => Make(new ArgumentException($"Counts, call events or call edges were expected, not {TypeOf(value)}: {value}"),
            "NotACount", ErrorCategory.InvalidType, value, "Pipe what Measure-KmCall or Import-KmTrace returns.");

    public static ErrorRecord MixedInput(object? value)
        => Make(new ArgumentException("Counts and calls came in together: a report is made of the ones or the others."),
            "MixedInput", ErrorCategory.InvalidType, value, "Count the calls first: … | Measure-KmCall | Export-KmReport …");

    public static ErrorRecord NeedsSymbolMap(string parameter)
        => Make(new InvalidOperationException($"-{parameter} needs to know in which source file a function is defined. A symbol map tells it: give one with -SymbolMap."),
            "NeedsSymbolMap", ErrorCategory.InvalidArgument, parameter, "Add -SymbolMap with the path of a map file, or with what Get-KmSymbolMap returns.");

    public static ErrorRecord Contradiction(string message, object? target)
        => Make(new ArgumentException(message), "ParametersContradict", ErrorCategory.InvalidArgument, target, "Change or leave out one of the parameters.");

    public static ErrorRecord InfoTakesNoFilter(string parameter)
        => Make(new ArgumentException($"-Info describes a recording as a whole; -{parameter} would have no effect."), "InfoTakesNoFilter", ErrorCategory.InvalidArgument,
            parameter, $"Leave -{parameter} out, or count what passes: Import-KmTrace … -{parameter} … | Measure-KmCall -By None");

    public static ErrorRecord FormatUnknown(string path)
        => Make(new ArgumentException($"{path}: the extension chooses the format, and this one is not known. Known are {string.Join(", ", GraphExporter.Formats)}."),
            "FormatUnknown", ErrorCategory.InvalidArgument, path, "End the path in .svg, .pdf, .png, .html or .dot.");

    public static ErrorRecord FormatUnknown(string path, IReadOnlyList<string> known)
        => Make(new ArgumentException($"{path}: the extension chooses the format, and this one is not known. Known are {string.Join(", ", known)}."),
            "FormatUnknown", ErrorCategory.InvalidArgument, path, $"End the path in {known[0]} or another one of these.");

    public static ErrorRecord EdgesHaveNoStacks(string path)
        => Make(new ArgumentException($"{path}: this format holds stacks, and edges that were counted have none."),
            "EdgesHaveNoStacks", ErrorCategory.InvalidType, path, "Leave -AsEdge out before, or write .gv, .graphml or .mmd.");

    public static ErrorRecord FunctionNotFound(string function, string? near)
        => Make(new ItemNotFoundException($"No call of or by {function} came in.{(near is null ? "" : $" Did you mean {near}?")}"),
            "FunctionNotFound", ErrorCategory.ObjectNotFound, function, "Look at what there is with Measure-KmCall. Case matters; wildcards are allowed.");

    public static ErrorRecord OutputExists(string path)
        => Make(new IOException($"{path}: the file is there already. Use -Force to replace it."), "OutputExists", ErrorCategory.ResourceExists, path, "Use -Force, or another path.");

    public static ErrorRecord NothingToDraw(string path)
        => Make(new InvalidOperationException($"{path} was not written: no call came in, so there is no graph to draw. If a filter stands before, it let nothing pass."),
            "NothingToDraw", ErrorCategory.InvalidData, path, "Widen the filter, or look at what there is with Measure-KmCall.");

    public static ErrorRecord NothingToReport(string path)
        => Make(new InvalidOperationException($"{path} was not written: no call came in, so there is nothing to report. If a filter stands before, it let nothing pass."),
            "NothingToReport", ErrorCategory.InvalidData, path, "Widen the filter, or look at what there is with Measure-KmCall.");

    private static ErrorRecord Make(Exception error, string id, ErrorCategory category, object? target, string recommendedAction)
        => new(error, id, category, target) { ErrorDetails = new ErrorDetails(ForTerminal(error.Message)) { RecommendedAction = recommendedAction } };

    /// <summary>A message as it is shown: names in it may hold control characters, its line ends are its own.</summary>
    private static string ForTerminal(string message) => string.Join('\n', message.Split('\n').Select(TerminalText.Escape));

    /// <summary>The name of a value's type. For a deserialized object this is the name of what was serialized.</summary>
    private static string TypeOf(object? value) => value switch
    {
        null => "nothing",
        PSObject { BaseObject: PSCustomObject } custom => custom.TypeNames[0],
        PSObject wrapped => wrapped.BaseObject.GetType().Name,
        _ => value.GetType().Name,
    };
}
