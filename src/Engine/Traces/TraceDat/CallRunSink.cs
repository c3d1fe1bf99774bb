using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes merged calls to the sink: long runs directly, short runs collected into batches.</summary>
internal sealed class CallRunSink(CallSink sink) : IRunSink<CallBlock>
{
    private readonly CallRecord[] _batch = new CallRecord[2048];
    private int _count;

    public void Run(CallBlock block, int from, int to, MergeStream stream)
    {
        var calls = block.Calls.AsSpan(from, to - from);
        if (_count + calls.Length > _batch.Length) Flush();
        if (calls.Length > _batch.Length / 4)
        {
            Flush();
            sink.Accept(calls);
            return;
        }
        calls.CopyTo(_batch.AsSpan(_count));
        _count += calls.Length;
    }

    /// <summary>Passes on the batch.</summary>
    public void Flush()
    {
        if (_count > 0) sink.Accept(_batch.AsSpan(0, _count));
        _count = 0;
    }
}
