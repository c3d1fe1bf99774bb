namespace KernelMagnifier.Model;

/// <summary>Gives functions their source.</summary>
public interface ISourceResolver
{
    /// <summary>Every place a function of that name can have, or exactly one where the address tells.</summary>
    /// <param name="name">The name as the kernel knows it.</param>
    /// <param name="module">The module; null for the kernel's core.</param>
    /// <param name="address">Where the function starts in the recorded kernel, when known.</param>
    System.Collections.Immutable.ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address);

    /// <summary>The same for one recording, whose kernel is known by more than its names.</summary>
    ISourceResolver For(RecordedKernel kernel) => this;

    /// <summary>What to tell a user when the sources are of another kernel than the recording; null when they agree or it is not known.</summary>
    string? Mismatch(TraceInfo trace) => null;
}
