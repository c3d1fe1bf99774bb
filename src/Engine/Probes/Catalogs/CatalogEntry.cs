using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Probes.Catalogs;

/// <summary>A probe of a catalog.</summary>
/// <param name="Source">The probe.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Example">Lines of its stored output, as the command line shows them; empty if none is stored. Untrusted
/// text.</param>
internal sealed record CatalogEntry(ProbeSource Source, ProbeStanding Standing, IReadOnlyList<string> Example);
