using System.Management.Automation;
using System.Reflection;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>Inspects the pipeline of a cmdlet by reflection over PowerShell internals.</summary>
internal static class PipelineInspection
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;

    /// <summary>
    /// The next cmdlet in the pipeline: the one that receives the output of <paramref name="cmdlet"/> directly. Null if another
    /// kind of command or nothing follows, and if the PowerShell internals have changed.
    /// </summary>
    public static PSCmdlet? NextCmdlet(PSCmdlet cmdlet)
    {
        if (Get(Get(Get(cmdlet.CommandRuntime, "OutputPipe"), "DownstreamCmdlet"), "Command") is not PSCmdlet next) return null;
        // Inside a function, the cmdlet that follows the function is in another pipeline and may not have begun.
        var pipeline = Get(cmdlet.CommandRuntime, "PipelineProcessor");
        return pipeline is not null && ReferenceEquals(pipeline, Get(next.CommandRuntime, "PipelineProcessor")) ? next : null;
    }

    private static object? Get(object? target, string property)
        => target?.GetType().GetProperty(property, Instance)?.GetValue(target);
}
