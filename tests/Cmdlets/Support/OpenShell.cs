namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>One runspace with the module, in a folder of its own, for all tests of a class.</summary>
public sealed class OpenShell : IDisposable
{
    public OpenShell() => Shell = Shell.Open(Folder.Path);

    internal Shell Shell { get; }

    internal TemporaryFolder Folder { get; } = new();

    public void Dispose()
    {
        Shell.Dispose();
        Folder.Dispose();
    }
}
