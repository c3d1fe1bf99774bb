using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes nothing. Without a completer, PowerShell offers file names, even for numbers and titles.</summary>
public sealed class NoFileCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => [];
}
