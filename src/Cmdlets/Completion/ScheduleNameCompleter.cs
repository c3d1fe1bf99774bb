using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the names of the schedules of this machine.</summary>
public sealed class ScheduleNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        try
        {
            return [.. new ScheduleStore(new SchedulePlace()).Names()
                .Where(name => name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
                .Select(name => new CompletionResult(name))];
        }
        catch (KernelMagnifierException)
        {
            // The cmdlet gives the reason.
            return [];
        }
    }
}
