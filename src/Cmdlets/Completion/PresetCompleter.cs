using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the names of the presets of events.</summary>
public sealed class PresetCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => EventPreset.All.Where(p => p.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(p => new CompletionResult(p.Name, p.Name, CompletionResultType.ParameterValue, string.Join(", ", p.Events)));
}
