namespace KernelMagnifier.Probes.Language;

/// <summary>
/// Parses programs of bpftrace, versions 0.17 to 0.25. What it does not know it reports. It never fails, whatever the bytes are,
/// and takes time in proportion to their number.
/// </summary>
internal static class ProgramParser
{
    /// <summary>Parses a program.</summary>
    /// <param name="program">The bytes.</param>
    /// <param name="name">The name in messages.</param>
    public static ProgramFacts Parse(ReadOnlyMemory<byte> program, string name) => Parse(program, name, []);

    /// <summary>Parses a program with the programs that it imports: their macros, functions and probes are its own.</summary>
    /// <param name="program">The bytes.</param>
    /// <param name="name">The name in messages.</param>
    /// <param name="imports">The bytes of imported programs, by their names in messages.</param>
    public static ProgramFacts Parse(ReadOnlyMemory<byte> program, string name, IEnumerable<KeyValuePair<string,
        ReadOnlyMemory<byte>>> imports)
    {
        var tree = new ProgramTree();
        var text = Parse(program, tree);
        var facts = new ProgramFacts { Name = name, Text = text, Tree = tree };
        // Positions inside of an imported file mean nothing in this one, so its tree is only walked.
        foreach (var (file, import) in imports) Merge(tree, file, import);
        if (tree.Probes.Count == 0 && facts.IsComplete) Issue(tree, text, 0, "the program has no probe");
        new FactCollector(facts).Collect();
        return facts;
    }

    private static ProgramText Parse(ReadOnlyMemory<byte> program, ProgramTree tree)
    {
        var text = new ProgramText(program.Span[..Math.Min(program.Length, ProgramLimits.Bytes)]);
        if (program.Length > ProgramLimits.Bytes)
        {
            Issue(tree, text, text.Source.Length, $"the program is longer than {ProgramLimits.Bytes >> 10} KiB");
            return text;
        }
        if (text.Source.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
        {
            Issue(tree, text, nul, "the program contains a NUL byte");
            return text;
        }
        try
        {
            new RootParser(text, tree).Parse();
        }
        catch (ProgramSyntaxException error)
        {
            Issue(tree, text, error.At, ProgramText.Decode(error.Message));
        }
        return text;
    }

    private static void Merge(ProgramTree tree, string file, ReadOnlyMemory<byte> import)
    {
        var other = new ProgramTree();
        Parse(import, other);
        foreach (var issue in other.Issues)
            tree.Issues.Add(issue with { Message = $"In {file}, line {issue.Position.Line}: {issue.Message}" });
        foreach (var (name, body) in other.Definitions) tree.Definitions.TryAdd(name, body);
        foreach (var (name, lists) in other.Arguments) tree.Arguments.TryAdd(name, lists);
        tree.Structures.UnionWith(other.Structures);
        tree.MacroArguments.UnionWith(other.MacroArguments);
        tree.Constants.UnionWith(other.Constants);
        tree.Includes.AddRange(other.Includes);
        tree.Imports.AddRange(other.Imports);
        tree.Settings.AddRange(other.Settings);
        tree.DeclaredMaps.AddRange(other.DeclaredMaps);
        tree.Probes.AddRange(other.Probes);
    }

    private static void Issue(ProgramTree tree, ProgramText text, int at, string message)
        => tree.Issues.Add(new ProgramIssue(IssueKind.Syntax,
            $"{char.ToUpperInvariant(message[0])}{message[1..]}.", text.Position(Math.Min(at, text.Source.Length))));
}
