namespace KernelMagnifier.Traces.PerfScript;

/// <summary>To be written.</summary>
internal sealed class PerfScriptReader : TraceReader
{
    internal PerfScriptReader(TraceInput input, TraceReadOptions options) : base(input, options) { }

    /// <summary>Whether a file starts like this format.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => false;

    private protected override void ReadCalls(CallDispatch dispatch) => throw new NotSupportedException();
}
