using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Reads recordings and returns their calls as text.</summary>
internal static class Reading
{
    /// <summary>Reads all edges: lines of <c>caller,callee,count</c> in ordinal order, and the description of the recording.</summary>
    public static (List<string> Edges, TraceInfo Info) Edges(TraceReader reader, CallFilter? filter = null)
    {
        using (reader)
        {
            var tally = new CallTally(CallGrouping.Edge);
            reader.Read(tally, filter);
            return (Lines(tally.ToGraph()), reader.Info);
        }
    }

    public static List<string> Lines(CallGraph graph)
        => [.. graph.Edges.Select(e => $"{Spell(e.CallerSymbol)},{Spell(e.CalleeSymbol)},{e.Count}").Order(StringComparer.Ordinal)];

    /// <summary>Reads all calls in order: a line with every field for each, and the description of the recording.</summary>
    public static (List<string> Events, TraceInfo Info) Events(TraceReader reader, CallFilter? filter = null)
    {
        using (reader)
        {
            var events = new EventLines();
            reader.Read(events, filter);
            return (events.Lines, reader.Info);
        }
    }

    private static string Spell(FunctionSymbol symbol) => symbol.Module is null ? symbol.Name : $"{symbol.Name}[{symbol.Module}]";

    /// <summary>Collects every call as text.</summary>
    internal sealed class EventLines : CallSink
    {
        private CallNames? _names;

        public List<string> Lines { get; } = [];

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Begin(TraceContext context) => _names = TestContexts.NamesOf(context);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            foreach (var call in calls)
            {
                var task = _names!.Tasks[call.Task];
                Lines.Add($"{call.Time} {call.Cpu} {task.Comm}-{task.ProcessId}/{task.ThreadGroupId} {call.Context} {Spell(_names.Functions[call.Function])} <-{Spell(_names.Functions[call.Caller])} {call.Duration} {call.Depth}");
            }
        }
    }
}
