using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace KernelMagnifier.Cmdlets.Completion;

/// <summary>Completes the forms of the targets of records.</summary>
public sealed class LogTargetCompleter : IArgumentCompleter
{
    private static readonly (string Text, string Meaning)[] Forms =
    [
        ("file:/var/log/kernel-magnifier/", "A file of lines of JSON"), ("journal", "The journal of systemd"),
        ("syslog", "syslog on this machine"), ("syslog+tcp://", "syslog over TCP: HOST:PORT"),
        ("textfile:/var/lib/prometheus/node-exporter/", "A .prom file for node_exporter"),
        ("otlp+http://", "OTLP over HTTP: HOST:PORT"), ("otlp+https://", "OTLP over HTTPS: HOST:PORT"),
    ];

    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
        => Forms.Where(form => form.Text.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase))
            .Select(form => new CompletionResult(form.Text, form.Text, CompletionResultType.ParameterValue, form.Meaning));
}
