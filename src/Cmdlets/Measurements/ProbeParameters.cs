using System.Collections;
using System.Globalization;
using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Measurements;

/// <summary>The parameters of a probe, from a hash table.</summary>
internal static class ProbeParameters
{
    /// <summary>The names and values as text.</summary>
    public static Dictionary<string, string> Of(IDictionary parameters)
        => parameters.Cast<DictionaryEntry>().ToDictionary(one => Text(one.Key), one => Text(one.Value));

    private static string Text(object? value)
        => Convert.ToString(value is PSObject wrapped ? wrapped.BaseObject : value, CultureInfo.InvariantCulture) ?? "";
}
