using KernelMagnifier.Files;

namespace KernelMagnifier.Model;

/// <summary>Finds the source locations of functions.</summary>
internal interface ISourceResolver
{
    /// <summary>The name of the source of the locations, for messages.</summary>
    string Name => "The symbol map";

    /// <summary>The files of the locations, which an output must not replace.</summary>
    IReadOnlyList<InputIdentity> Inputs => [];

    /// <summary>Returns all source locations of a function of that name, or one if the address identifies it.</summary>
    /// <param name="name">The symbol's name in the kernel.</param>
    /// <param name="module">The module; null if the function is built into the kernel.</param>
    /// <param name="address">The start address of the function in the recorded kernel; null if not known.</param>
    System.Collections.Immutable.ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address);

    /// <summary>Returns all source locations of a function of that name, or one if an address in it identifies it.</summary>
    /// <param name="name">The symbol's name in the kernel.</param>
    /// <param name="module">The module; null if the function is built into the kernel.</param>
    /// <param name="address">Any address in the function, in the recorded kernel.</param>
    System.Collections.Immutable.ImmutableArray<SourceLocation> ResolveInside(string name, string? module, ulong address)
        => Resolve(name, module, null);

    /// <summary>Returns the resolver to use for one recording, whose kernel may have been loaded at another address.</summary>
    ISourceResolver For(RecordedKernel kernel) => this;

    /// <summary>
    /// Returns a warning if the sources belong to another kernel than the recording; null if they belong to it or that is not
    /// known.
    /// </summary>
    string? Mismatch(TraceInfo trace) => null;
}
