using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes times of systemd.time(7).</summary>
public sealed class CalendarCompleter : IArgumentCompleter
{
    private static readonly string[] Times
        = ["minutely", "hourly", "daily", "weekly", "monthly", "*:0/15", "*:0/5", "'*-*-* 03:00'", "'Mon..Fri 08:00'"];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => Times.Where(time => time.Trim('\'').StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(time => new CompletionResult(time));
}
