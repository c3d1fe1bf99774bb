using KernelMagnifier.Compression;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceCmdReport;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces;

/// <summary>Opens recordings. The format of a file is detected from its content; its name does not matter.</summary>
internal static class TraceFile
{
    private const string Extract = "Extract the incident file first: Import-KmIncident FILE -Destination DIR, or "
        + "kernel-magnifier incident show FILE --extract DIR. Then name the recording.dat in it.";

    private const string Expected
        = "A recording is expected: ftrace text, trace.dat of trace-cmd, text of trace-cmd report, or perf script text.";

    /// <summary>Opens a recording.</summary>
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="KernelMagnifierException">
    /// The file cannot be opened, is empty, is not a recording, or does not have the requested buffer instance.
    /// </exception>
    public static TraceReader Open(string path, TraceReadOptions? options = null)
        => Open(InputFile.Open(path, InputKind.Recording, HeadTestOf(options), options?.Cancel ?? default), options);

    /// <summary>Opens a recording that arrives as a stream. The stream is read to its end and left open.</summary>
    /// <param name="stream">The recording.</param>
    /// <param name="name">The name of the recording in messages.</param>
    /// <param name="options">How to read it.</param>
    /// <exception cref="KernelMagnifierException">
    /// The stream cannot be read, is empty, is not a recording, or does not have the requested buffer instance.
    /// </exception>
    public static TraceReader Open(Stream stream, string name, TraceReadOptions? options = null)
        => Open(InputFile.Open(stream, name, InputKind.Recording, HeadTestOf(options)), options);

    /// <summary>Whether the start of a recording has calls of functions, or no kernel events either.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="cancel">Ends it early.</param>
    public static bool HasCalls(TraceReader reader, CancellationToken cancel)
    {
        if (reader.StartsWithCalls(cancel) is { } isKnown) return isKnown;
        // A line that is cut can look like another one.
        var lines = reader.Head[..(reader.Head.LastIndexOf((byte)'\n') + 1)];
        if (lines.IsEmpty) return true;
        using var head = Open(new MemoryStream(lines.ToArray()), reader.Source.Path);
        var info = head.ReadOnce(new HeadCounts(), null, null, cancel);
        return info.Calls > 0 || info.Events == 0;
    }

    /// <summary>Whether bytes are the start of a text that one of the readers reads.</summary>
    public static bool IsText(ReadOnlySpan<byte> head)
        => FunctionGraphTextReader.Recognizes(head) || PerfScriptReader.Recognizes(head) || FunctionTextReader.Recognizes(head);

    private static HeadTest? HeadTestOf(TraceReadOptions? options) => options is { Grows: true } ? IsEnough : null;

    /// <summary>Whether the start of a text that grows is recognized, and ends after a line that is not of a header.</summary>
    private static bool IsEnough(ReadOnlySpan<byte> head)
    {
        if (head is not [.., (byte)'\n']) return false;
        var last = head[(head[..^1].LastIndexOf((byte)'\n') + 1)..];
        return last[0] != '#' && (TraceCmdReportReader.Recognizes(head) || IsText(head));
    }

    private static TraceReader Open(InputFile input, TraceReadOptions? options)
    {
        options ??= new TraceReadOptions();
        try
        {
            if (input.Head.IsEmpty && input.NoTrace is null)
                throw input.Name == "-"
                    ? new KernelMagnifierException(ErrorCode.TraceUnreadable, "standard input", "it is empty.", Expected)
                    : new KernelMagnifierException(ErrorCode.TraceUnreadable, input.Name, "the file is empty.", Expected);
            if (Archive.Of(input.Head, input.Compression) is { } archive)
                throw new KernelMagnifierException(ErrorCode.TraceUnreadable, input.Name, archive.Cause,
                    IsIncident(input) ? Extract : archive.Action);
            if (TraceDatReader.Recognizes(input.Head)) return new TraceDatReader(input, options);
            // The trace can come after other text: a report, or the messages of a console.
            if ((OpenText(input, options) ?? (input.TryMoveHead() ? OpenText(input, options) : null)) is { } reader)
            {
                // All of a text is the top-level buffer, whose name is empty.
                return options.Instance is null or "" ? reader : throw new KernelMagnifierException(
                    ErrorCode.InstanceNotFound, input.Name,
                    $"a text recording has no buffer instances, so it has no '{options.Instance}'.",
                    "Do not select an instance.");
            }
            throw input.HeadDamage is { } damage
                ? new KernelMagnifierException(ErrorCode.TraceUnreadable, input.Name,
                    $"{damage}. The part before the damage contains no line of a kernel trace.",
                    "Copy the recording again from where it was made, and compare the sizes.")
                : NotARecording(input);
        }
        catch
        {
            input.Dispose();
            throw;
        }
    }

    private static bool IsIncident(InputFile input) => input.Name.EndsWith(".kmi", StringComparison.OrdinalIgnoreCase);

    private static TraceReader? OpenText(InputFile input, TraceReadOptions options)
    {
        var head = input.Head;
        if (TraceCmdReportReader.Recognizes(head)) return new TraceCmdReportReader(input, options);
        if (FunctionGraphTextReader.Recognizes(head)) return new FunctionGraphTextReader(input, options);
        if (PerfScriptReader.Recognizes(head)) return new PerfScriptReader(input, options);
        return FunctionTextReader.Recognizes(head) ? new FunctionTextReader(input, options) : null;
    }

    /// <summary>Returns an error that names the actual format of a file and what to do with it.</summary>
    private static KernelMagnifierException NotARecording(InputFile input)
    {
        const string Compressions = "Plain text, gzip and zstd can be read directly.";
        KernelMagnifierException Error(string cause, string action) => new(ErrorCode.TraceUnreadable, input.Name, cause, action);
        var head = input.Head;
        if (ForeignContent.Of(head, input.Compression) is { IsRecording: false } foreign)
            return Error(foreign.Cause, foreign.IsElf && input.Compression is null
                ? $"{Expected} To use it as a symbol map, give it as the symbol map."
                : foreign.IsPacked ? $"{foreign.Action}. {Compressions}" : foreign.Action ?? Expected);
        if (head.Length >= 2 && head[0] == 0x42 && head[1] == 0x11)
            return Error("this looks like CTF, the format of LTTng.", Expected);
        var cause = input.NoTrace ?? (head.Contains((byte)0) ? "the format of this file is not known."
            : "the start of this file contains no line of a kernel trace.");
        return Error(cause, Expected);
    }
}
