using System.Globalization;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>
/// Reads text of <c>perf script</c> with kernel call chains. Each sample becomes the caller → callee pairs of the kernel
/// functions in its call chain. docs/formats/perf-script.md describes the format.
/// </summary>
internal sealed class PerfScriptReader : TraceReader
{
    private const int MaxDetectLines = 200;

    private const string SamplesWarning
        = "counts are samples, not calls: each sample counts every caller → callee pair of its kernel call chain once";

    private const string UnnamedWarning = "samples have kernel frames without names, because perf script was not allowed to read "
        + "the kernel's symbols; run perf script as root, or set kernel.kptr_restrict=0 and kernel.perf_event_paranoid=-1 before it";

    private readonly PerfScriptFields _fields;

    internal PerfScriptReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        _fields = Detect(input.Head, out _);
        Description.Format = "perf script";
        if (HeaderValue(input.Head, "# os release : "u8) is { } release) Description.KernelRelease = release;
        if (HeaderValue(input.Head, "# arch : "u8) is { } machine) Description.Machine = machine;
    }

    /// <summary>Whether a file has this format: its first lines are samples and frames.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("# tracer:"u8)) return false;
        var fields = Detect(head, out var found);
        // ftrace text without flags (option noirq-info) looks like samples without a PID and without an event.
        return (found.Frames >= (found.Samples > 0 ? 1 : 3) || (found.Events > 0 && fields.HasFlag(PerfScriptFields.Pid)))
            && found.NotParsed * 4 <= found.Samples + found.Frames;
    }

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var samples = new PerfScriptSamples(dispatch.Feed());
        var statistics = OrderedBlocks.Run<PerfTokens>(
            Input.OpenLines(), () => new PerfScriptParser(_fields, Names), samples.Take, dispatch);
        samples.End();
        Describe(statistics, samples);
    }

    private protected override void ReadEvents(EventDispatch dispatch)
    {
        var schemas = new TextEventSchemas(dispatch.Sink);
        var calls = new InterleavedCalls(dispatch, schemas);
        var samples = new PerfScriptSamples(dispatch.Calls(calls).Feed());
        var statistics = OrderedBlocks.Run<PerfScriptBlock>(
            Input.OpenLines(), () => new PerfScriptEventReader(_fields, schemas, dispatch),
            block => calls.Take(block.Events, block.Tokens.Items.Count, (from, to) => samples.Take(block.Tokens, from, to)), dispatch);
        calls.End(samples.End);
        Describe(statistics, samples);
        schemas.Describe(Description);
    }

    private void Describe(TraceStatistics statistics, PerfScriptSamples samples)
    {
        statistics.Add(samples.Statistics);
        if (statistics.Calls > 0) statistics.Warn(SamplesWarning);
        if (samples.Unnamed > 0)
            statistics.Warn(string.Create(CultureInfo.InvariantCulture, $"{samples.Unnamed:N0} {UnnamedWarning}"));
        statistics.WriteTo(Description, "sample pair");
    }

    /// <summary>The fields of a text.</summary>
    public static PerfScriptFields FieldsOf(ReadOnlySpan<byte> head) => Detect(head, out _);

    private readonly record struct Found(int Samples, int Events, int Frames, int NotParsed);

    /// <summary>The fields with which most of the first lines can be parsed.</summary>
    private static PerfScriptFields Detect(ReadOnlySpan<byte> head, out Found found)
    {
        found = new Found(0, 0, 0, int.MaxValue);
        var best = PerfScriptFields.None;
        // From all fields to none: with too few fields, a PID would be read as part of the comm.
        for (var i = 15; i >= 0; i--)
        {
            var fields = (PerfScriptFields)i;
            if (fields is PerfScriptFields.Comm) continue;
            var tried = Try(head, fields);
            if (tried.NotParsed < found.NotParsed || (tried.NotParsed == found.NotParsed && tried.Samples > found.Samples))
                (best, found) = (fields, tried);
        }
        return best;
    }

    private static Found Try(ReadOnlySpan<byte> head, PerfScriptFields fields)
    {
        var parser = new PerfScriptParser(fields, new CallNames());
        var (samples, events, frames, notParsed) = (0, 0, 0, 0);
        for (var lines = 0; lines < MaxDetectLines && !head.IsEmpty; lines++)
        {
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            if (line.IsEmpty || (line[0] == '#' && samples == 0)) continue;
            if (!parser.TryParse(line, default, out var token)) notParsed++;
            else if (token.Kind == PerfTokenKind.Sample)
                (samples, events) = (samples + 1, events + (token.Event is null ? 0 : 1));
            else if (token.Kind is PerfTokenKind.KernelFrame or PerfTokenKind.UnnamedFrame or PerfTokenKind.OtherFrame) frames++;
        }
        return new Found(samples, events, frames, notParsed);
    }

    private static string? HeaderValue(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        var at = head.IndexOf(word);
        if (at < 0) return null;
        var rest = head[(at + word.Length)..];
        var end = rest.IndexOf((byte)'\n');
        return NameText.Decode(end < 0 ? rest : rest[..end]).Trim();
    }
}
