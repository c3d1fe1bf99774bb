using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>
/// Writes calls in a plain format that can be compared with another program's output, one per line:
/// <c>pid cpu time function caller</c>, or <c>pid cpu time depth function</c> where the recording has depths; optionally with the task's
/// name and a dash before the pid.
/// </summary>
internal sealed class CallText(bool withComm = false, TextWriter? to = null) : CallSink
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly StringBuilder _text = new();
    private CallNames _names = null!;

    public override CallFields Fields => CallFields.All;

    public override bool InOrder => true;

    public long Calls { get; private set; }

    /// <summary>SHA-256 of all lines.</summary>
    public string Hash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override void Begin(TraceContext context) => _names = TestContexts.NamesOf(context);

    public override void Accept(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls) Append(_text, _names, in call, withComm);
        to?.Write(_text);
        _hash.AppendData(Encoding.UTF8.GetBytes(_text.ToString()));
        _text.Clear();
        Calls += calls.Length;
    }

    public static void Append(StringBuilder text, CallNames names, in CallRecord call, bool withComm)
    {
        var task = names.Tasks[call.Task];
        if (withComm) text.Append(task.Comm).Append('-');
        text.Append(CultureInfo.InvariantCulture, $"{task.ProcessId} {call.Cpu} ");
        if (names.Context().Source.ClockUnit == ClockUnit.Nanoseconds) text.Append(CultureInfo.InvariantCulture, $"{call.Time / 1_000_000_000}.{call.Time % 1_000_000_000:d9} ");
        else text.Append(CultureInfo.InvariantCulture, $"{call.Time} ");
        if (call.Depth == CallRecord.NoDepth) text.Append(names.Functions[call.Function].Name).Append(' ').Append(names.Functions[call.Caller].Name);
        else text.Append(CultureInfo.InvariantCulture, $"{call.Depth} {names.Functions[call.Function].Name}");
        text.Append('\n');
    }
}
