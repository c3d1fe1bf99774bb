namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>
/// Tests that do not run in parallel with others, because they measure time or check the threads and files of this process.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection : ICollectionFixture<LargeRecording>
{
    public const string Name = "alone";
}
