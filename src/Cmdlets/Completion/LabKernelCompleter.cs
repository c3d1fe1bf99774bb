using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Lab;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes kernels of the lab: the names that always work, and those that are cached.</summary>
public sealed class LabKernelCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => LabCache.Kernels().Prepend("newer").Prepend("bookworm").Distinct()
            .Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
