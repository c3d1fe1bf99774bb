using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Comparison;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Converts the least change that matters to a number: <c>10%</c>, <c>0.1</c> and <c>1.1x</c> are 0.1.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ThresholdAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var text = Convert.ToString(inputData is PSObject wrapped ? wrapped.BaseObject : inputData, CultureInfo.InvariantCulture) ?? "";
        return ComparisonPlan.ParseThreshold(text) ?? throw new ArgumentTransformationMetadataException(
            $"'{TerminalText.Escape(text)}' is not a change such as 10%, 0.1 or 1.1x.");
    }
}
