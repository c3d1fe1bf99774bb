using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace KernelMagnifier.Cmdlets.Tests.Hosts;

/// <summary>An interface that writes lines to a list and takes choices from a list.</summary>
internal sealed class LineInterface(int[] answers) : PSHostUserInterface
{
    private int _answered;

    public List<string> Written { get; } = [];

    public List<string> Asked { get; } = [];

    public override PSHostRawUserInterface RawUI { get; } = new NoTerminal();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        Asked.Add(message);
        return answers[_answered++];
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
        => throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
        => throw new NotSupportedException();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
        => throw new NotSupportedException();

    public override string ReadLine() => throw new NotSupportedException();

    public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

    public override void Write(string value) => Written.Add(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Written.Add(value);

    public override void WriteLine(string value) => Written.Add(value);

    public override void WriteDebugLine(string message) => Written.Add($"DEBUG {message}");

    public override void WriteErrorLine(string value) => Written.Add($"ERROR {value}");

    public override void WriteVerboseLine(string message) => Written.Add($"VERBOSE {message}");

    public override void WriteWarningLine(string message) => Written.Add($"WARNING {message}");

    public override void WriteProgress(long sourceId, ProgressRecord record) => Written.Add($"PROGRESS {record.Activity}");
}
