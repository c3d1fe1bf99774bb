using KernelMagnifier.Tables;

namespace KernelMagnifier.Cmdlets.Tables;

/// <summary>The names of tables as parameters have them.</summary>
internal static class TableChoice
{
    /// <summary>Tables by name, which <c>ValidateSet</c> has checked.</summary>
    public static IReadOnlyList<TableKind> Of(IEnumerable<string> names)
        => [.. names.Select(name => Enum.Parse<TableKind>(name, ignoreCase: true)).Distinct()];
}
