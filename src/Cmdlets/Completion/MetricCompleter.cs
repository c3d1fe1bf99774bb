using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Comparison;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the numbers that are compared, and the drift that can be allowed.</summary>
public sealed class MetricCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => (parameterName == "AllowDrift" ? ComparisonPlan.DriftNames : ComparisonPlan.MetricNames)
            .Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
