using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Lab;

namespace KernelMagnifier.Cmdlets.Lab;

/// <summary>The value of -Matrix: what varies between guests.</summary>
internal sealed class LabMatrix
{
    /// <summary>Reads the table.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: a key is unknown, or a value is
    /// none.</exception>
    public LabMatrix(IDictionary table)
    {
        foreach (DictionaryEntry entry in table)
            switch ($"{entry.Key}".ToUpperInvariant())
            {
                case "KERNEL": Kernels = Texts(entry.Value); break;
                case "PARAMETER": Parameters = Texts(entry.Value); break;
                case "CPU": Cpus = [.. Texts(entry.Value).Select(Number)]; break;
                default:
                    throw new KernelMagnifierException(ErrorCode.BadRequest, $"{entry.Key}", "-Matrix has no such key.",
                        "Use Kernel, Cpu and Parameter.");
            }
    }

    /// <summary>The kernels.</summary>
    public IReadOnlyList<string> Kernels { get; } = [];

    /// <summary>The numbers of CPUs.</summary>
    public IReadOnlyList<int> Cpus { get; } = [];

    /// <summary>The kernel parameters.</summary>
    public IReadOnlyList<string> Parameters { get; } = [];

    private static IReadOnlyList<string> Texts(object? value)
        => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
        {
            null => [],
            string text => [text],
            IEnumerable several =>
            [
                .. several.Cast<object?>().Select(one => one is PSObject item ? item.BaseObject : one)
                    .Select(one => Convert.ToString(one, CultureInfo.InvariantCulture) ?? ""),
            ],
            var one => [Convert.ToString(one, CultureInfo.InvariantCulture) ?? ""],
        };

    private static int Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= LabRunner.MostCpus ? number
            : throw new KernelMagnifierException(ErrorCode.BadRequest, text, "this is no number of CPUs from 1 to 64.");
}
