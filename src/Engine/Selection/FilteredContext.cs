using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>The context of calls that passed a filter.</summary>
internal sealed class FilteredContext : TraceContext
{
    private FilteredContext(TraceSource source, CallNames names, CallFilter filter) : base(source, names) => Filter = filter;

    /// <summary>The filter that all calls passed, for captions.</summary>
    public CallFilter Filter { get; }

    /// <summary>
    /// The calls of each root of <see cref="Filter"/>, by name and module, if they are not among the calls that passed it; null
    /// if they are, and without roots.
    /// </summary>
    public IReadOnlyDictionary<(string Name, string? Module), long>? RootCalls { get; set; }

    /// <summary>
    /// Adds a filter to a context and merges it with the filters that the calls passed before (<see cref="CallFilter.After"/>).
    /// </summary>
    public static TraceContext Of(TraceContext context, CallFilter? filter) => Of(context, context.Names, filter);

    /// <summary>Adds a filter to a context whose calls refer to other names now.</summary>
    internal static TraceContext Of(TraceContext context, CallNames names, CallFilter? filter)
    {
        var earlier = FilterOf(context);
        var passed = filter is null ? earlier : filter.After(earlier);
        if (passed is not null) return new FilteredContext(context.Source, names, passed);
        return ReferenceEquals(names, context.Names) ? context : new TraceContext(context.Source, names);
    }

    /// <summary>Returns the filter that the calls of a context passed; null for none.</summary>
    public static CallFilter? FilterOf(TraceContext? context) => (context as FilteredContext)?.Filter;
}
