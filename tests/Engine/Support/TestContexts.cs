using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>The contexts of names, for tests that make calls themselves or take them out of a reading.</summary>
internal static class TestContexts
{
    private static readonly ConditionalWeakTable<CallNames, TraceContext> Known = [];

    /// <summary>The context that the names were read in, else one of a recording called <c>test</c>; always the same for the same names.</summary>
    public static TraceContext Context(this CallNames names) => Known.GetValue(names, static n => new TraceContext(new TraceSource(new TraceInfo("test")), n));

    /// <summary>Remembers the context of a reading.</summary>
    public static CallNames NamesOf(TraceContext context)
    {
        Known.AddOrUpdate(context.Names, context);
        return context.Names;
    }

    /// <summary>Names of a recording that is described by a test.</summary>
    public static CallNames NamesOf(TraceInfo info, ISourceResolver? resolver = null) => NamesOf(new TraceContext(new TraceSource(info), new CallNames(resolver)));
}
