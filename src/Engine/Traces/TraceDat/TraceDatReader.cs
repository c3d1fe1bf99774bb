namespace KernelMagnifier.Traces.TraceDat;

/// <summary>To be written.</summary>
internal sealed class TraceDatReader : TraceReader
{
    internal TraceDatReader(TraceInput input, TraceReadOptions options) : base(input, options) { }

    /// <summary>Whether a file starts like this format.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> head) => false;

    private protected override void ReadCalls(CallDispatch dispatch) => throw new NotSupportedException();
}
