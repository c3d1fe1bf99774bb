using KernelMagnifier.Counting;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>
/// A cmdlet that can receive a whole reading instead of an object per call: one that only counts its input, or one that filters
/// it. See <see cref="ReadingHandover"/>.
/// </summary>
internal interface IReadingReceiver
{
    /// <summary>Whether it can, with the parameters that it has.</summary>
    bool CanReceive => true;

    /// <summary>Whether it takes a <see cref="CallBatch"/> for the calls in it.</summary>
    bool TakesBatches => false;

    /// <summary>Receives the counts; null for a cmdlet that passes calls on.</summary>
    CallCollector? Collector { get; }

    /// <summary>The filter that the cmdlet applies; null for none.</summary>
    CallFilter? Filter { get; }

    /// <summary>The symbol map that the cmdlet applies; null for none.</summary>
    SymbolMap? Map { get; }
}
