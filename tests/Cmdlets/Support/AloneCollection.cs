namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>Tests that run alone: they measure time and look at the threads and files of this process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection : ICollectionFixture<LargeRecording>
{
    public const string Name = "alone";
}
