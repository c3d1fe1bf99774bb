using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Whether the output of a program is what its manifest describes.</summary>
internal static class OutputCheck
{
    /// <summary>Applies the rules, if there is a manifest.</summary>
    public static void Apply(CheckSubject subject, FindingList findings)
    {
        if (subject.Manifest is not { } manifest || !subject.Facts.IsComplete) return;
        Lines(subject.Facts, manifest, findings);
        Maps(subject.Facts, manifest, findings);
    }

    private static void Lines(ProgramFacts facts, ProbeManifest manifest, FindingList findings)
    {
        var printed = new HashSet<string>();
        foreach (var call in facts.Calls.Where(call => call.Name == "printf"))
        {
            if (call.Node.Children is not [{ Kind: NodeKind.Text, Text: var format }, ..])
            {
                findings.Add("printf-schema", call.Position, "The format of printf is not a text.");
                continue;
            }
            var values = call.Node.Children.Count - 1;
            printed.Add(format);
            if (manifest.Lines.FirstOrDefault(line => Unescape(line.Format) == format) is { } described)
            {
                if (described.Fields.Count != values)
                    findings.Add("printf-schema", call.Position,
                        $"The line {described.Name} has {described.Fields.Count} fields, printf {values}.");
            }
            else if (call.IsPerEvent || values > 0)
                findings.Add("printf-schema", call.Position, $"The manifest does not describe {facts.Excerpt(call.Node)}.");
        }
        foreach (var line in manifest.Lines.Where(line => !printed.Contains(Unescape(line.Format))))
            findings.Add("printf-schema", null, $"No printf has the format of the line {line.Name}.");
    }

    /// <summary>A format as the manifest writes it, with the escapes of the program, as text.</summary>
    private static string Unescape(string format)
        => format.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal)
            .Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    private static void Maps(ProgramFacts facts, ProbeManifest manifest, FindingList findings)
    {
        foreach (var map in facts.Maps.Values)
        {
            var described = manifest.Maps.FirstOrDefault(known => known.Name == map.Name);
            if (described is null)
            {
                if (!map.IsClearedAtEnd && !map.IsDeleted && map.Kinds.Count > 0)
                    findings.Add("map-schema", map.Position,
                        $"The manifest does not describe {map.Name}, which is printed at the end.");
            }
            else if (map.Keys.FirstOrDefault(key => Parts(key) != described.Keys.Count) is { } key)
                findings.Add("map-schema", facts.Text.Position(key[0].Start),
                    $"The key of {map.Name} has {Parts(key)} parts, that of the manifest {described.Keys.Count}.");
        }
        foreach (var known in manifest.Maps.Where(known => !facts.Maps.ContainsKey(known.Name)))
            findings.Add("map-schema", null, $"The program has no map {known.Name}.");
    }

    private static int Parts(IReadOnlyList<ProgramNode> key)
        => key is [{ Kind: NodeKind.Tuple } tuple] ? tuple.Children.Count : key.Count;
}
