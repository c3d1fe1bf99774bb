namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>A call edge of the recording that the fleet is like.</summary>
internal sealed record FleetEdge(string Caller, string Callee, long Count, long Total, long Self);
