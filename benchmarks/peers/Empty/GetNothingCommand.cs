using System.Management.Automation;

namespace KernelMagnifier.Benchmarks.Empty;

/// <summary>A cmdlet that does nothing, because a module needs at least one.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : PSCmdlet;
