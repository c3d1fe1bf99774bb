using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Comparison;

/// <summary>Opens a recording of a comparison again, and has it read.</summary>
/// <param name="path">The path of the recording.</param>
/// <param name="read">Reads it, as often as necessary.</param>
internal delegate void RecordingRereader(string path, Action<TraceReader, CancellationToken> read);
