using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes assertions in one line: an example for each kind of interval.</summary>
public sealed class ClaimCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => IntervalKinds.Names.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => $"{name} P90 < 5ms")
            .Select(text => new CompletionResult($"'{text}'", text, CompletionResultType.ParameterValue, text));
}
