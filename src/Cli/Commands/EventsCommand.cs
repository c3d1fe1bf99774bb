using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Lists the calls or the kernel events of recordings, one per line.</summary>
internal sealed class EventsCommand : Command
{
    private static readonly CliOption Top = RowOptions.Top with { Help = "List at most N calls or events" };

    private static readonly CliOption Event = new("event",
        "List the kernel events that match, such as 'sched:*' or irq_handler_entry, instead of calls; '*' for all events")
    { Value = "SYSTEM:NAME", IsList = true };

    private static readonly CliOption WithCall = new("with-call", "With --event: list the calls, too, in time order");

    /// <inheritdoc/>
    public override string Name => "events";

    /// <inheritdoc/>
    public override string Summary => "List the calls or kernel events of recordings in time order, one per line";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Event, WithCall, Top, RowOptions.FailIfEmpty, .. OutputOptions.All, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        CSV and JSON have these columns, in this order: timestamp, cpu, processId, threadGroupId, comm, context, function,
        module, caller, callerModule, callerSourceFile, callerSourceLine, sourceFile, sourceLine, duration, selfDuration
        (microseconds), depth, recording. Several recordings are listed one after the other.

        With --event: timestamp, wallTime, cpu, processId, threadGroupId, comm, context, system, name, message (the text of
        trace-cmd report -N), fields (in JSON an object with the raw values), stack, recording. Filters by CPU, process, task,
        context and time apply to events; the others need --with-call, because only calls have functions.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The calls of one process on CPU 1", "kernel-magnifier events trace.dat --pid 4711 --cpu 1"),
        ("The first hundred calls from second 12.5 on, as one JSON object per line",
            "kernel-magnifier events trace.dat --since 12.5 --top 100 --format jsonl"),
        ("The scheduler's events of one task, as trace-cmd report prints them",
            "kernel-magnifier events trace.dat --event 'sched:*' --comm nginx"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var limit = arguments.Integer(Top, 1) ?? long.MaxValue;
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var isEmpty = false;
        var events = EventsOf(arguments, recordings.Filter);
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) =>
        {
            using var full = CancellationTokenSource.CreateLinkedTokenSource(host.Cancel);
            if (events is not null)
            {
                var listed = new EventListing(output, format, style, events.WithCalls, limit) { Full = full.Cancel };
                List(() =>
                {
                    foreach (var file in recordings.Files) recordings.ReadEvents(file, listed, events, full.Token);
                }, () => (listed.IsFull, listed.Written), listed.Finish, host);
                isEmpty = listed.Written == 0;
                return;
            }
            var listing = new CallListing(output, format, style, limit) { Full = full.Cancel };
            List(() =>
            {
                foreach (var file in recordings.Files) recordings.Read(file, listing, full.Token);
            }, () => (listing.IsFull, listing.Written), listing.Finish, host);
            isEmpty = listing.Written == 0;
        });
        if (events is null) return isEmpty ? RowOptions.ReportEmpty(arguments, host, recordings) : ExitCode.Ok;
        recordings.ReportEvents();
        return isEmpty && arguments.Has(RowOptions.FailIfEmpty) ? ExitCode.BadInput : ExitCode.Ok;
    }

    /// <summary>Writes what is read until the limit or an error.</summary>
    private static void List(Action read, Func<(bool IsFull, long Written)> state, Action finish, CliHost host)
    {
        try
        {
            read();
        }
        catch (OperationCanceledException) when (state().IsFull && !host.Cancel.IsCancellationRequested)
        {
            // The limit was reached.
        }
        catch (KernelMagnifierException) when (state().Written > 0)
        {
            // The lines before the error are listed, then the error is reported.
            finish();
            throw;
        }
        finish();
    }

    /// <summary>The requested kernel events; null if calls are listed.</summary>
    private static EventFilter? EventsOf(Arguments arguments, CallFilter filter)
    {
        var patterns = arguments.List(Event);
        if (patterns.Count == 0)
            return arguments.Has(WithCall) ? throw CliException.Usage($"{WithCall} needs {Event}. Give it, such as {Event} '*'.") : null;
        if (!arguments.Has(WithCall) && EventFilter.NotForEvents(filter) is { } property)
            throw CliException.Usage($"{FilterOptions.NameOf(property)} applies to calls, and {Event} lists kernel events. "
                + $"Omit it, or add {WithCall}.");
        return EventFilter.Of(patterns, filter, arguments.Has(WithCall));
    }
}
