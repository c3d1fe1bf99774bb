using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>The block request that completed last in the handler that runs on a CPU.</summary>
internal struct CompletedRequest
{
    /// <summary>The device, as an id in <see cref="LatencyNames"/>; 0 if none completed.</summary>
    public int Device;

    /// <summary>The pid of the task that issued it; −1 if it is not known.</summary>
    public int Issuer;

    /// <summary>When it was issued; <see cref="CallRecord.NoTime"/> if it is not known.</summary>
    public long IssuedAt;

    /// <summary>When it completed.</summary>
    public long Time;

    /// <summary>The context in which it completed.</summary>
    public ExecutionContext Context;

    /// <summary>How many handlers were nested.</summary>
    public int Level;
}
