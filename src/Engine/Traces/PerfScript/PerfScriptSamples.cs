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

    /// <summary>What was counted.</summary>
    public TraceStatistics Statistics { get; } = new();

    /// <summary>Takes the next block.</summary>
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
                case PerfTokenKind.KernelFrame when token.Function == 0:
                    break;
                case PerfTokenKind.KernelFrame:
                    StartFrames();
                    if (_callee != 0) AddPair(token.Function);
                    _callee = token.Function;
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
