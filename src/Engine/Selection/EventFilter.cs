using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>A filter over kernel events, and over the calls that are read with them.</summary>
/// <param name="Patterns">The events; an event passes if it matches any of them.</param>
/// <param name="Filter">
/// The filter of <see cref="CallFilter"/>; null for none. Its CPUs, tasks, contexts and times apply to events and calls, the
/// other
/// properties to calls.
/// </param>
/// <param name="WithCalls">Whether calls are read, too.</param>
internal sealed record EventFilter(IReadOnlyList<EventPattern> Patterns, CallFilter? Filter = null, bool WithCalls = false)
{
    /// <summary>Creates a filter of patterns as they are given on a command line.</summary>
    public static EventFilter Of(IEnumerable<string> patterns, CallFilter? filter = null, bool withCalls = false)
        => new([.. patterns.Select(pattern => new EventPattern(pattern))], filter, withCalls);

    /// <summary>The part of <see cref="Filter"/> that applies to events; null if every event passes.</summary>
    public CallFilter? Common => Filter is { NotForEdges: not null } filter ? new CallFilter
    {
        Cpu = filter.Cpu, ExcludeCpu = filter.ExcludeCpu, ProcessId = filter.ProcessId, ExcludeProcessId = filter.ExcludeProcessId,
        Comm = filter.Comm, ExcludeComm = filter.ExcludeComm, Context = filter.Context, ExcludeContext = filter.ExcludeContext,
        Since = filter.Since, Until = filter.Until,
    } : null;

    /// <summary>
    /// The name of the first property of a filter that only calls have, such as <c>Function</c>; null if events have all of them.
    /// </summary>
    public static string? NotForEvents(CallFilter? filter) => filter is null ? null
        : filter.Function.Count > 0 ? nameof(filter.Function) : filter.ExcludeFunction.Count > 0 ? nameof(filter.ExcludeFunction)
        : filter.Caller.Count > 0 ? nameof(filter.Caller) : filter.ExcludeCaller.Count > 0 ? nameof(filter.ExcludeCaller)
        : filter.SourcePath.Count > 0 ? nameof(filter.SourcePath)
        : filter.ExcludeSourcePath.Count > 0 ? nameof(filter.ExcludeSourcePath)
        : filter.Module.Count > 0 ? nameof(filter.Module) : filter.ExcludeModule.Count > 0 ? nameof(filter.ExcludeModule)
        : filter.Root.Count > 0 ? nameof(filter.Root) : filter.MinCount > 1 ? nameof(filter.MinCount) : null;

    /// <summary>Whether the patterns name the event of kernel stacks: then stacks are events of their own.</summary>
    public bool NamesStack => Patterns.Any(pattern => pattern.NamesStack);

    /// <summary>Whether the events of a schema match a pattern.</summary>
    public bool Wants(EventSchema schema) => Patterns.Any(pattern => pattern.IsMatch(schema));
}
