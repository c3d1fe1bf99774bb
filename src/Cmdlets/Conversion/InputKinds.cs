using KernelMagnifier.Cmdlets.Views;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>Decides what an object is by its properties, and by its type where they do not tell.</summary>
internal static class InputKinds
{
    private const string Module = "KernelMagnifier.";

    private static readonly string[] CountKeys =
    [
        nameof(FunctionCallCount.Function), nameof(FunctionCallCount.Caller), nameof(FunctionCallCount.Comm),
        nameof(FunctionCallCount.ProcessId), nameof(FunctionCallCount.Context), nameof(FunctionCallCount.Cpu),
        nameof(FunctionCallCount.Recording),
    ];

    /// <summary>What an object is.</summary>
    public static InputKind Of(InputProperties input)
    {
        var byType = ByType(input, out var isOfModule);
        // Another object of this module, such as a TraceInfo, can have properties of the same names.
        if (isOfModule && byType == InputKind.Other) return InputKind.Other;
        if (input.Has(nameof(CallEdge.Callee))) return InputKind.Edge;
        if (input.Has(nameof(FunctionCallCount.Calls)) && Array.Exists(CountKeys, input.Has)) return InputKind.Count;
        if (input.Has(nameof(CallEvent.Function))) return InputKind.Call;
        if (byType != InputKind.Other) return byType;
        return input.Has(nameof(CallEdge.Caller)) ? InputKind.Edge : InputKind.Other;
    }

    /// <summary>Whether an object is a count except that it has nothing that calls are counted by.</summary>
    public static bool LacksKeyOfCount(InputProperties input)
    {
        _ = ByType(input, out var isOfModule);
        return !isOfModule && input.Has(nameof(FunctionCallCount.Calls));
    }

    /// <summary>What the names of the types tell: <c>Deserialized.</c>, <c>Selected.</c> and the name of the type.</summary>
    private static InputKind ByType(InputProperties input, out bool isOfModule)
    {
        isOfModule = false;
        foreach (var name in input.TypeNames)
        {
            var at = name.IndexOf(Module, StringComparison.Ordinal);
            if (at < 0 || (at > 0 && name[at - 1] != '.')) continue;
            isOfModule = true;
            var type = name[at..].Split('#')[0];
            if (type == typeof(CallEvent).FullName || type.StartsWith($"{typeof(CallView).FullName}+", StringComparison.Ordinal))
                return InputKind.Call;
            if (type == typeof(CallEdge).FullName) return InputKind.Edge;
            if (type == typeof(FunctionCallCount).FullName) return InputKind.Count;
        }
        return InputKind.Other;
    }
}
