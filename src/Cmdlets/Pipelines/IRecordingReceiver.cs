using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// A cmdlet that can read a whole recording itself, with everything in it, instead of receiving its calls or events as objects. If
/// it follows Import-KmTrace directly, it gets the open recording. See <see cref="ReadingHandover"/> for cmdlets that count.
/// </summary>
internal interface IRecordingReceiver
{
    /// <summary>Reads a recording. Can run on another thread than that of the pipeline.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="filter">The filter of Import-KmTrace; null for none.</param>
    /// <param name="events">The patterns of its events; empty if it was to return calls.</param>
    /// <param name="withCalls">Whether it was to return calls, too.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <returns>Whether it was read: not with -WhatIf.</returns>
    bool Receive(TraceReader reader, CallFilter? filter, IReadOnlyList<string> events, bool withCalls, CancellationToken cancel);
}
