using System.Management.Automation;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>Accepts a list of numbers as the kernel formats CPU lists: <c>0-3,6</c>.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberListAttribute : ArgumentTransformationAttribute
{
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
            if (!NumberRanges.TryParse(text, int.MinValue, int.MaxValue, out var parsed))
                throw new ArgumentTransformationMetadataException(
                    $"'{TerminalText.Escape(text)}' is not a list of numbers. Write it as 2 or 0-3 or 0,2,4-6.");
            numbers.AddRange(parsed);
        }
        return numbers.ToArray();
    }
}
