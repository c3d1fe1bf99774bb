using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the actions of the audit log.</summary>
public sealed class AuditActionCompleter : IArgumentCompleter
{
    private static readonly string[] Names
        = ["Started", "Run", "Refused", "Emergency", "Suspended", "Resumed", "Checkpoint", "Recovered", "Rotated"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => Names.Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(name => new CompletionResult(name));
}
