using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Checks;

/// <summary>An expression and the class of the data that it collects.</summary>
/// <param name="Class">The class.</param>
/// <param name="Node">The expression.</param>
/// <param name="Position">Where it is.</param>
internal sealed record DataFinding(DataClass Class, ProgramNode Node, ProgramPosition Position);
