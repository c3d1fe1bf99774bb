namespace KernelMagnifier.Probes.Manifests;

/// <summary>The schema of lines that the program prints with printf.</summary>
/// <param name="Name">The name, such as <c>slow</c>.</param>
/// <param name="Format">The format as in the program, such as <c>%d %s %d\n</c>, with its escapes.</param>
/// <param name="Fields">The values, one for each conversion of the format.</param>
/// <param name="Meaning">What a line means, as a sentence.</param>
internal sealed record OutputLine(string Name, string Format, IReadOnlyList<OutputValue> Fields, string Meaning);
