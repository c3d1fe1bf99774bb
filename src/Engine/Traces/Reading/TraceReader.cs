using KernelMagnifier.Compression;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Reads one recording, whatever its format: what it is, its content decides, never its name.
/// A reader hands batches of <see cref="CallRecord"/> to a <see cref="CallSink"/> and knows nothing of what becomes of them.
/// </summary>
public abstract class TraceReader : IDisposable
{
    private protected TraceReader(InputFile input, TraceReadOptions options)
    {
        (Input, Options) = (input, options);
        Info = new TraceInfo(input.Name) { Compression = input.Compression };
        Names = new CallNames(Info, options.SourceResolver);
    }

    /// <summary>The recording; its numbers are complete when <see cref="Read"/> has returned.</summary>
    public TraceInfo Info { get; }

    /// <summary>The functions and tasks met.</summary>
    public CallNames Names { get; }

    private protected InputFile Input { get; }

    private protected TraceReadOptions Options { get; }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="TraceException">The file cannot be opened, is empty, or is no recording.</exception>
    public static TraceReader Open(string path, TraceReadOptions? options = null) => Open(InputFile.Open(path), options);

    /// <summary>Opens a recording that arrives as a stream, which is read to its end and left open.</summary>
    public static TraceReader Open(Stream stream, string name, TraceReadOptions? options = null) => Open(InputFile.Open(stream, name), options);

    private static TraceReader Open(InputFile input, TraceReadOptions? options)
    {
        options ??= new TraceReadOptions();
        try
        {
            var head = input.Head;
            if (head.IsEmpty) throw new TraceException(input.Name, "the file is empty. A recording was expected: ftrace text, trace.dat of trace-cmd, or perf script text.");
            if (TraceDatReader.Recognizes(head)) return new TraceDatReader(input, options);
            if (FunctionGraphTextReader.Recognizes(head)) return new FunctionGraphTextReader(input, options);
            if (PerfScriptReader.Recognizes(head)) return new PerfScriptReader(input, options);
            if (FunctionTextReader.Recognizes(head)) return new FunctionTextReader(input, options);
            throw new TraceException(input.Name, input.HeadDamage is { } damage ? $"{damage}. In what is there no line of a kernel trace was found." : InputFile.DescribeForeign(head));
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reads the recording from its start and hands the calls that pass the filter to the sink. May be called again.
    /// What can be read before a damaged place is delivered; the damage is in <see cref="TraceInfo.Warnings"/>.
    /// </summary>
    /// <param name="sink">Takes the calls.</param>
    /// <param name="filter">Which calls; null for all. A filter that needs the whole graph (a root, a minimum count) reads the recording twice.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public void Read(CallSink sink, CallFilter? filter = null, CancellationToken cancel = default)
    {
        Names.Filter = filter;
        GraphSelection? selection = null;
        if (filter is { NeedsGraph: true })
        {
            Input.KeepForRereading(cancel);
            var tally = new CallTally(CallGrouping.Edge);
            tally.Begin(Names);
            ReadCalls(new CallDispatch(tally, filter, null, Names, Options, cancel));
            selection = GraphSelection.Of(tally, filter);
        }
        sink.Begin(Names);
        ReadCalls(new CallDispatch(sink, filter, selection, Names, Options, cancel));
        foreach (var doubt in new[] { Input.Damage, Names.SourceMismatch })
            if (doubt is not null && !Info.Warnings.Contains(doubt))
                Info.Warnings = [.. Info.Warnings, doubt];
    }

    /// <summary>Reads everything once and sets <see cref="Info"/>'s numbers.</summary>
    private protected abstract void ReadCalls(CallDispatch dispatch);

    /// <inheritdoc/>
    public void Dispose()
    {
        Input.Dispose();
        GC.SuppressFinalize(this);
    }
}
