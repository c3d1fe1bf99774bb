using KernelMagnifier.Recording.Fetching;

namespace KernelMagnifier.Cmdlets.Fetching;

/// <summary>What is copied from one host.</summary>
/// <param name="host">The host.</param>
internal sealed class FetchWork(IRecordingHost host)
{
    private readonly HashSet<RemotePath> _paths = [];

    /// <summary>The host.</summary>
    public IRecordingHost Host => host;

    /// <summary>The paths.</summary>
    public IReadOnlyList<RemotePath> Paths => [.. _paths];

    /// <summary>Adds paths.</summary>
    public void Add(IEnumerable<string> paths, bool isLiteral)
    {
        foreach (var path in paths) _paths.Add(new RemotePath(path, isLiteral));
    }
}
