using System.Management.Automation;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Every error these cmdlets can raise: its stable id, its category, and the way out.</summary>
internal static class ErrorFactory
{
    public static ErrorRecord TraceUnreadable(TraceException error) => error.InnerException switch
    {
        FileNotFoundException or DirectoryNotFoundException => Make(error, "TraceNotFound", ErrorCategory.ObjectNotFound, error.Path, "Name a recording that exists."),
        UnauthorizedAccessException => Make(error, "TraceNotPermitted", ErrorCategory.PermissionDenied, error.Path, "Read the recording as its owner, or change its permissions with chmod."),
        _ => Make(error, "TraceUnreadable", ErrorCategory.InvalidData, error.Path, "Look at what the file is with the command: file NAME"),
    };

    public static ErrorRecord SymbolMapUnreadable(KernelMagnifierException error)
        => Make(error, "SymbolMapUnreadable",
            error.Code is ErrorCode.TraceNotFound or ErrorCode.SymbolMapNotFound or ErrorCode.DebugInformationNotFound ? ErrorCategory.ObjectNotFound : ErrorCategory.InvalidData,
            error.Target, "A symbol map has lines such as tcp_sendmsg|net/ipv4/tcp.c. It can also be made of a vmlinux with debug information.");

    public static ErrorRecord NoDebugInformation(KernelMagnifierException error)
        => Make(error, "DebugInformationNotFound", ErrorCategory.ObjectNotFound, error.Target, "Install the debug package of the kernel, or name its vmlinux: Get-KmSymbolMap ./vmlinux");

    public static ErrorRecord SymbolMapNotWritten(KernelMagnifierException error, string path)
        => Make(error, "SymbolMapNotWritten", ErrorCategory.WriteError, path, "Choose another path, or use -Force to replace the file.");

    public static ErrorRecord NotASymbolMap(object value)
        => Make(new ArgumentException($"-SymbolMap takes the path of a map file, or what Get-KmSymbolMap returns; a {value.GetType().Name} is neither."),
            "NotASymbolMap", ErrorCategory.InvalidType, value, "Read the map first: $map = Get-KmSymbolMap ./symbol-filepath.map");

    public static ErrorRecord NotAFile(string path)
        => Make(new NotSupportedException($"{path}: this is not a place in the file system."), "NotAFile", ErrorCategory.InvalidArgument, path, "Name a file.");

    public static ErrorRecord NotFound(string path, Exception cause)
        => Make(cause, "TraceNotFound", ErrorCategory.ObjectNotFound, path, "Name a file that exists.");

    public static ErrorRecord NotACall(object? value)
        => Make(new ArgumentException($"Call events or call edges were expected, not {(value is null ? "nothing" : value.GetType().Name)}: {value}"),
            "NotACall", ErrorCategory.InvalidType, value, "Pipe what Import-KmTrace returns, with or without -AsEdge.");

    public static ErrorRecord NotACount(object? value)
        => Make(new ArgumentException($"Counts, call events or call edges were expected, not {(value is null ? "nothing" : value.GetType().Name)}: {value}"),
            "NotACount", ErrorCategory.InvalidType, value, "Pipe what Measure-KmCall or Import-KmTrace returns.");

    public static ErrorRecord MixedInput(object? value)
        => Make(new ArgumentException("Counts and calls came in together: a report is made of the ones or the others."),
            "MixedInput", ErrorCategory.InvalidType, value, "Count the calls first: … | Measure-KmCall | Export-KmReport …");

    public static ErrorRecord Unanswerable(FilterException error, object? target) => error.Fault switch
    {
        FilterFault.NeedsSymbolMap => NeedsSymbolMap(error.Parameter),
        _ => Make(error, "NotForEdges", ErrorCategory.InvalidOperation, target, $"Ask the call events instead: leave -AsEdge out before, or give -{error.Parameter} to Import-KmTrace."),
    };

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

    public static ErrorRecord RenderFailed(KernelMagnifierException error, string path)
        => Make(error, "RenderFailed", ErrorCategory.WriteError, path, error.RecommendedAction);

    public static ErrorRecord CannotRecord(KernelMagnifierException error, string path) => Make(error, error.Code.ToString(), error.Code switch
    {
        ErrorCode.NotRoot or ErrorCode.KernelLockedDown => ErrorCategory.PermissionDenied,
        ErrorCode.NoTraceFs or ErrorCode.TracerNotBuiltIn => ErrorCategory.NotInstalled,
        ErrorCode.TracerInUse => ErrorCategory.ResourceBusy,
        ErrorCode.UnknownFunction or ErrorCode.UnknownModule or ErrorCode.UnknownEvent or ErrorCode.NoSuchProcess or ErrorCode.CommandNotFound or ErrorCode.NoSuchCpu => ErrorCategory.ObjectNotFound,
        ErrorCode.CpuOffline or ErrorCode.BufferTooLarge or ErrorCode.DiskFull => ErrorCategory.ResourceUnavailable,
        ErrorCode.OutputNotWritable => ErrorCategory.WriteError,
        ErrorCode.OutputNotSafe => ErrorCategory.SecurityError,
        ErrorCode.RecordingFailed => ErrorCategory.OperationStopped,
        _ => ErrorCategory.InvalidArgument,
    }, path, error.RecommendedAction);

    private static ErrorRecord Make(Exception error, string id, ErrorCategory category, object? target, string? wayOut)
    {
        var record = new ErrorRecord(error, id, category, target);
        if (wayOut is not null) record.ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = wayOut };
        return record;
    }
}
