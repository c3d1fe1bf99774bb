using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>Accepts the lines of a text where bytes are expected. PowerShell itself does not convert them.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LinesAsBytesAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var input = Unwrapped(inputData);
        if (input is string text) return StringInput.Line(text);
        var lines = input as object[];
        if (lines is null or [] || !Array.TrueForAll(lines, line => Unwrapped(line) is string)) return inputData;
        return lines.SelectMany(line => StringInput.Line((string)Unwrapped(line)!)).ToArray();
    }

    private static object? Unwrapped(object? item) => item is PSObject wrapped ? wrapped.BaseObject : item;
}
