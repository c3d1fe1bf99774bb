using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the names of the probes of a library.</summary>
public sealed class ProbeNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            var policy = ProbePolicyFile.Find(fakeBoundParameters["Policy"] as string);
            using var library = ProbeLibrary.Open(fakeBoundParameters["Library"] as string, policy);
            return [.. library.Names.Where(name
                => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                .Select(name => new CompletionResult(name))];
        }
        catch (KernelMagnifierException)
        {
            // The cmdlet gives the reason.
            return [];
        }
    }
}
