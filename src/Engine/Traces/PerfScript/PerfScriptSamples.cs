using System.Runtime.InteropServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>
/// Assembles samples from their lines, in order, and delivers the caller → callee pairs of their kernel call chains.
/// </summary>
internal sealed class PerfScriptSamples(CallFeed feed)
{
    /// <summary>Most lines of an event's text after its first; a comm in it cannot contain more newlines.</summary>
    private const int MaxTextLines = 16;

    private PerfToken _sample;
    private bool _inSample, _hasFrames;
    private int _callee, _textLines;
    private long _pairs;
    private bool _hasNames, _hasUnnamed;

    /// <summary>What was counted.</summary>
    public TraceStatistics Statistics { get; } = new();

    /// <summary>The samples with kernel frames of which none has a name.</summary>
    public long Unnamed { get; private set; }

    /// <summary>Takes the next block.</summary>
    public void Take(PerfTokens tokens) => Take(tokens, 0, tokens.Items.Count);

    /// <summary>Takes a part of a block.</summary>
    public void Take(PerfTokens tokens, int from, int to)
    {
        foreach (ref readonly var token in CollectionsMarshal.AsSpan(tokens.Items)[from..to])
        {
            switch (token.Kind)
            {
                case PerfTokenKind.Sample:
                    EndSample();
                    (_sample, _inSample) = (token, true);
                    break;
                case PerfTokenKind.KernelFrame when token.Function == 0:
                    break;
                case PerfTokenKind.KernelFrame:
                    StartFrames();
                    if (_callee != 0) AddPair(token.Function);
                    _callee = token.Function;
                    _hasNames = true;
                    break;
                case PerfTokenKind.UnnamedFrame:
                    StartFrames();
                    (_callee, _hasUnnamed) = (0, true);
                    break;
                case PerfTokenKind.OtherFrame:
                    StartFrames();
                    _callee = 0;
                    break;
                case PerfTokenKind.Blank:
                    EndSample();
                    break;
                default:
                    TakeText(token, tokens);
                    break;
            }
        }
        if (feed.Sink.InOrder) feed.Flush();
    }

    /// <summary>Delivers the pairs that are left.</summary>
    public void End()
    {
        EndSample();
        feed.Flush();
    }

    private void EndSample()
    {
        if (_inSample && _pairs == 0) Statistics.Other(_sample.Cpu, _sample.Event ?? "sample");
        if (_hasUnnamed && !_hasNames) Unnamed++;
        (_hasNames, _hasUnnamed) = (false, false);
        (_inSample, _hasFrames, _callee, _pairs, _textLines) = (false, false, 0, 0, 0);
    }

    private void StartFrames()
    {
        // With -F ip,sym samples have no first line.
        if (!_inSample) (_sample, _inSample) = (new PerfToken { Cpu = -1 }, true);
        _hasFrames = true;
    }

    /// <summary>Takes a line that cannot be parsed: the text of an event can contain newlines.</summary>
    private void TakeText(in PerfToken token, PerfTokens tokens)
    {
        if (_inSample && !_hasFrames && ++_textLines <= MaxTextLines) return;
        var sample = token.Function < tokens.NotParsed.Count ? tokens.NotParsed[token.Function] : default;
        Statistics.NotParsed(-1, "not a perf script line", sample);
    }

    private void AddPair(int caller)
    {
        _pairs++;
        Statistics.Call(_sample.Cpu);
        ref var call = ref feed.Next();
        call = new CallRecord
        {
            Time = _sample.HasTime ? _sample.Time : CallRecord.NoTime,
            Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
            Function = _callee, Caller = caller, Task = _sample.Task, Cpu = _sample.Cpu,
            Depth = CallRecord.NoDepth, Context = ExecutionContext.Unknown,
        };
    }
}
