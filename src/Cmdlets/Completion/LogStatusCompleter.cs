using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the statuses of measurements.</summary>
public sealed class LogStatusCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => MeasurementJson.Statuses
            .Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
