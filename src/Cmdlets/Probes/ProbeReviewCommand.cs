using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>Base class of the cmdlets that state something about probes.</summary>
public abstract class ProbeReviewCommand : ProbeCommand
{
    /// <summary>The probes.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>The key that signs.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? SigningKey { get; set; }

    /// <summary>Makes the statement for each probe.</summary>
    /// <param name="action">What is stated.</param>
    /// <param name="comment">A reason or remark; null for none.</param>
    /// <param name="expires">When it ends; null if the policy alone decides.</param>
    /// <param name="isSigned">Whether it is signed.</param>
    private protected void State(ReviewAction action, string? comment, DateTimeOffset? expires = null, bool isSigned = true)
        => InLibrary(null, create: false, (library, policy) =>
        {
            foreach (var name in Match(library, Name))
            {
                var source = library.Load(name);
                if (action == ReviewAction.Approve) ProgramGate.Check(source, policy);
                if (!ShouldProcess($"{name} {source.Manifest.Version}", $"{action} the probe")) continue;
                new ReviewDesk(library, policy, DateTimeOffset.UtcNow, Cancel)
                    .State(source, action, isSigned ? Key(SigningKey) : null, comment, expires);
                WriteObject(Listing(library, policy).Of(name, Cancel));
            }
        });
}
