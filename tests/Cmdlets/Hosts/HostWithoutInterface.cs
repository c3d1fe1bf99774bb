using System.Globalization;
using System.Management.Automation.Host;

namespace KernelMagnifier.Cmdlets.Tests.Hosts;

/// <summary>A host without a user interface, such as a service.</summary>
internal class HostWithoutInterface : PSHost
{
    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "test";

    public override Version Version => new(1, 0);

    public override PSHostUserInterface? UI => null;

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication() { }

    public override void NotifyEndApplication() { }

    public override void SetShouldExit(int exitCode) { }
}
