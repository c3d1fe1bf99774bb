namespace KernelMagnifier.Engine.Tests.Lab;

/// <summary>Tests that use the cache of the lab, which an environment variable of the process names. They run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class LabCacheCollection
{
    public const string Name = "lab cache";
}
