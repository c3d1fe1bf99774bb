using System.Management.Automation;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmProbeAudit: whether the audit log of probes is whole.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmProbeAudit")]
[OutputType(typeof(ProbeAuditCheck))]
public sealed class TestKmProbeAuditCommand : CancellableCommand
{
    /// <summary>The log; that of the policy if not given.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Checkpoints of the log.</summary>
    [Parameter, ValidateNotNullOrEmpty, SupportsWildcards]
    public string[] Checkpoint { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            var policy = ProbePolicyFile.Find(null);
            var log = Path is { } path ? this.ResolveInFileSystem(path) : policy.AuditLog;
            string[] checkpoints = [.. this.Resolve(Checkpoint, ErrorCode.AuditUnreadable)];
            WriteObject(CheckpointFile.Verify(log, checkpoints, policy, Cancel));
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, Path));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
