using KernelMagnifier.Measuring;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>A record that is sent.</summary>
/// <param name="Record">The record.</param>
/// <param name="Line">The same as a line of JSON without its end.</param>
internal readonly record struct SinkRecord(Measurement Record, ReadOnlyMemory<byte> Line);
