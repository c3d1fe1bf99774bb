namespace KernelMagnifier.DuckDb;

/// <summary>A value of the type STRUCT.</summary>
/// <param name="Fields">The fields in their order.</param>
internal sealed record QueryStruct(IReadOnlyList<KeyValuePair<string, object?>> Fields);
