using System.Text;
using KernelMagnifier.Compression;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>
/// Text of <c>perf script</c> with kernel call chains. Each sample gives the caller → callee pairs of the kernel
/// functions in its chain. See <c>docs/formats/perf-script.md</c>.
/// </summary>
internal sealed class PerfScriptReader : TraceReader
{
    /// <summary>Lines of an event's text after its first, at most; a task's name has room for no more newlines.</summary>
    private const int MostTextLines = 16;

    private const string Caveat = "counts are samples, not calls: each sample counts every caller → callee pair of its kernel call chain once";

    private readonly PerfScriptFields _fields;

    internal PerfScriptReader(InputFile input, TraceReadOptions options) : base(input, options)
    {
        _fields = Detect(input.Head, out _);
        Description.Format = "perf script";
        if (HeaderValue(input.Head, "# os release : "u8) is { } release) Description.KernelRelease = release;
    }

    /// <summary>Whether a file starts like this format.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("# tracer:"u8)) return false;
        var fields = Detect(head, out var found);
        // ftrace text without irq-info looks like samples without a pid and without an event.
        return (found.Frames >= (found.Samples > 0 ? 1 : 3) || (found.Events > 0 && fields.HasFlag(PerfScriptFields.Pid)))
            && found.Unread * 4 <= found.Samples + found.Frames;
    }

    private protected override void ReadCalls(CallDispatch dispatch)
    {
        var chain = new Chain(dispatch.Feed());
        var statistics = OrderedBlocks.Run<PerfTokens>(Input.OpenLines(), () => new PerfScriptParser(_fields, Names), chain.Take, dispatch);
        chain.End();
        statistics.Add(chain.Statistics);
        if (statistics.Calls > 0) statistics.Warn(Caveat);
        statistics.WriteTo(Description, "sample pair");
    }

    private readonly record struct Found(int Samples, int Events, int Frames, int Unread);

    /// <summary>The fields with which most of the first lines can be read.</summary>
    private static PerfScriptFields Detect(ReadOnlySpan<byte> head, out Found found)
    {
        found = new Found(0, 0, 0, int.MaxValue);
        var best = PerfScriptFields.None;
        // From all fields to none: what more fields explain, fewer would misread (a pid as part of the comm).
        for (var i = 15; i >= 0; i--)
        {
            var fields = (PerfScriptFields)i;
            if (fields is PerfScriptFields.Comm) continue;
            var tried = Try(head, fields);
            if (tried.Unread < found.Unread || (tried.Unread == found.Unread && tried.Samples > found.Samples)) (best, found) = (fields, tried);
        }
        return best;
    }

    private static Found Try(ReadOnlySpan<byte> head, PerfScriptFields fields)
    {
        var parser = new PerfScriptParser(fields, new CallNames());
        var (samples, events, frames, unread) = (0, 0, 0, 0);
        for (var lines = 0; lines < 200 && !head.IsEmpty; lines++)
        {
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            if (line.IsEmpty || (line[0] == '#' && samples == 0)) continue;
            if (!parser.TryLine(line, default, out var token)) unread++;
            else if (token.Kind == PerfTokenKind.Sample) (samples, events) = (samples + 1, events + (token.Event is null ? 0 : 1));
            else if (token.Kind is PerfTokenKind.Kernel or PerfTokenKind.Foreign) frames++;
        }
        return new Found(samples, events, frames, unread);
    }

    private static string? HeaderValue(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        var at = head.IndexOf(word);
        if (at < 0) return null;
        var rest = head[(at + word.Length)..];
        var end = rest.IndexOf((byte)'\n');
        return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]).Trim();
    }

    /// <summary>Puts samples together from their lines, in order.</summary>
    private sealed class Chain(CallFeed feed)
    {
        private PerfToken _sample;
        private bool _inSample, _hasFrames;
        private int _callee, _textLines;
        private long _pairs;

        public TraceStatistics Statistics { get; } = new();

        public void Take(PerfTokens tokens)
        {
            foreach (var token in tokens.Items)
            {
                switch (token.Kind)
                {
                    case PerfTokenKind.Sample:
                        EndSample();
                        (_sample, _inSample) = (token, true);
                        break;
                    case PerfTokenKind.Kernel when token.Function == 0:
                        break;
                    case PerfTokenKind.Kernel:
                        Begin();
                        if (_callee != 0) Pair(token.Function);
                        _callee = token.Function;
                        break;
                    case PerfTokenKind.Foreign:
                        Begin();
                        _callee = 0;
                        break;
                    case PerfTokenKind.Blank:
                        EndSample();
                        break;
                    default:
                        Text(token, tokens);
                        break;
                }
            }
            if (feed.Sink.InOrder) feed.Flush();
        }

        public void End()
        {
            EndSample();
            feed.Flush();
        }

        private void EndSample()
        {
            if (_inSample && _pairs == 0) Statistics.Other(_sample.Cpu, _sample.Event ?? "sample");
            (_inSample, _hasFrames, _callee, _pairs, _textLines) = (false, false, 0, 0, 0);
        }

        private void Begin()
        {
            // With -F ip,sym samples have no first line.
            if (!_inSample) (_sample, _inSample) = (new PerfToken { Cpu = -1 }, true);
            _hasFrames = true;
        }

        /// <summary>The text of an event may hold newlines.</summary>
        private void Text(in PerfToken token, PerfTokens tokens)
        {
            if (_inSample && !_hasFrames && ++_textLines <= MostTextLines) return;
            Statistics.NotParsed(-1, "no perf script line", token.Function < tokens.Unread.Count ? tokens.Unread[token.Function] : default);
        }

        private void Pair(int caller)
        {
            _pairs++;
            Statistics.Call(_sample.Cpu);
            ref var call = ref feed.Next();
            call = new CallRecord
            {
                Time = _sample.Time, Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
                Function = _callee, Caller = caller, Task = _sample.Task, Cpu = _sample.Cpu,
                Depth = CallRecord.NoDepth, Context = ExecutionContext.Unknown,
            };
        }
    }
}
