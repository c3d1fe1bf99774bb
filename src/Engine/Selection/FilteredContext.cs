using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>The context of calls that passed a filter.</summary>
public sealed class FilteredContext : TraceContext
{
    private FilteredContext(TraceSource source, CallNames names, CallFilter filter) : base(source, names) => Filter = filter;

    /// <summary>The filter that all the calls passed, for captions.</summary>
    public CallFilter Filter { get; }

    /// <summary>Adds a filter to a context. A filter that the calls passed before stays visible: see <see cref="CallFilter.After"/>.</summary>
    public static TraceContext Of(TraceContext context, CallFilter? filter) => Of(context, context.Names, filter);

    /// <summary>The same for calls whose names were resolved again.</summary>
    internal static TraceContext Of(TraceContext context, CallNames names, CallFilter? filter)
    {
        var earlier = FilterOf(context);
        return (filter is null ? earlier : filter.After(earlier)) is { } passed ? new FilteredContext(context.Source, names, passed)
            : ReferenceEquals(names, context.Names) ? context : new TraceContext(context.Source, names);
    }

    /// <summary>The filter that calls of a context passed; null for none.</summary>
    public static CallFilter? FilterOf(TraceContext? context) => (context as FilteredContext)?.Filter;
}
