using System.Management.Automation;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Protect-KmProbeAudit: signs a checkpoint of the audit log of probes.</summary>
[Cmdlet(VerbsSecurity.Protect, "KmProbeAudit", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ProtectKmProbeAuditCommand : CancellableCommand
{
    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>The SSH key; the user's own if not given.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? SigningKey { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var file = this.ResolveInFileSystem(OutFile);
        try
        {
            var policy = ProbePolicyFile.Find(null);
            var key = (SigningKey is { } named ? this.ResolveInFileSystem(named) : SigningKeys.Default())
                ?? throw new KernelMagnifierException(ErrorCode.SigningFailed, null, "There is no SSH key.",
                    "Name one: -SigningKey FILE");
            if (!ShouldProcess(TerminalText.Escape(policy.AuditLog), "Sign a checkpoint")) return;
            CheckpointFile.Create(policy, key, file, Force, Cancel);
            WriteObject(new FileInfo(file));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, file));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
