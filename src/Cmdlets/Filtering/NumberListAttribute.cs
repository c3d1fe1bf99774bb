using System.Globalization;
using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>Accepts a list of numbers as the kernel formats CPU lists: <c>0-3,6</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberListAttribute : ArgumentTransformationAttribute
{
    private const int Most = 65_536;

    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var numbers = new List<int>();
        foreach (var item in input is object[] items ? items : [input])
        {
            var value = item is PSObject inner ? inner.BaseObject : item;
            // Only text is converted here; the binder converts or rejects everything else.
            if (value is not string text)
            {
                if (value is not int number) return inputData;
                numbers.Add(number);
                continue;
            }
            foreach (var part in text.Split(','))
            {
                var ends = part.Split('-');
                if (ends.Length > 2 || !Parse(ends[0], out var from) || !Parse(ends[^1], out var to) || to < from || to - from >= Most)
                    throw new ArgumentTransformationMetadataException($"'{text}' is not a list of numbers. Write it as 2 or 0-3 or 0,2,4-6.");
                for (var n = from; n <= to; n++) numbers.Add(n);
            }
        }
        return numbers.ToArray();
    }

    private static bool Parse(string text, out int number) => int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out number);
}
