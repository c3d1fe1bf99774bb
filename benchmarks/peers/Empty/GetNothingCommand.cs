using System.Management.Automation;

namespace KernelMagnifier.Benchmarks.Empty;

/// <summary>A module must have a cmdlet; this one does nothing.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet;
