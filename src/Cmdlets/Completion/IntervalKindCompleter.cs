using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the kinds of intervals.</summary>
public sealed class IntervalKindCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => IntervalKinds.Names.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
