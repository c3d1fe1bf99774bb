using System.Management.Automation;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmHost: tells what this machine can record, and what to do about what it cannot.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmHost")]
[OutputType(typeof(HostReport), typeof(bool))]
public sealed class TestKmHostCommand : PSCmdlet
{
    /// <summary>True or false instead of the report.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var report = HostReport.Inspect();
        WriteObject(Quiet ? report.CanRecord : report);
    }
}
