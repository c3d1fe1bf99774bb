using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets;

/// <summary>New-KmProbe: creates a probe from a template.</summary>
[Cmdlet(VerbsCommon.New, "KmProbe", SupportsShouldProcess = true)]
[OutputType(typeof(Probe))]
public sealed class NewKmProbeCommand : ProbeCommand
{
    /// <summary>The name.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Name { get; set; } = "";

    /// <summary>What it measures, in one line.</summary>
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string Title { get; set; } = "";

    /// <summary>The program to begin with.</summary>
    [Parameter, ValidateSet("latency", "count", "lines")]
    public string Template { get; set; } = "latency";

    /// <summary>The team or person who answers for it.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Owner { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!ShouldProcess(Name, "Create a probe")) return;
        InLibrary(Name, create: true, (library, policy) =>
        {
            var owner = Owner ?? (Environment.UserName is { Length: > 0 } user ? user : "unknown");
            ProbeTemplate.All.First(template => string.Equals(template.Name, Template, StringComparison.OrdinalIgnoreCase))
                .Write(library, Name, Title, owner);
            WriteObject(Listing(library, policy).Of(Name, Cancel));
        });
    }
}
