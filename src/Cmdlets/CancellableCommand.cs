using System.Management.Automation;

namespace KernelMagnifier.Cmdlets;

/// <summary>Base class of the cmdlets whose work can be cancelled.</summary>
public abstract class CancellableCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _cancel = new();

    /// <summary>Cancelled by Ctrl-C and by a pipeline that ends early.</summary>
    protected CancellationToken Cancel => _cancel.Token;

    /// <inheritdoc/>
    protected override void StopProcessing() => _cancel.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the resources of the cmdlet.</summary>
    /// <param name="disposing">Whether managed resources are released too.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _cancel.Dispose();
    }
}
