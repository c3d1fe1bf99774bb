using System.Management.Automation;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmHost: tests what this machine can record.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmHost")]
[OutputType(typeof(HostReport), typeof(bool))]
public sealed class TestKmHostCommand : PSCmdlet
{
    /// <summary>Return True or False instead of a report.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var report = HostReport.Inspect();
        WriteObject(Quiet ? report.CanRecord : report);
    }
}
