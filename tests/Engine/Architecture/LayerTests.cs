using System.Text;
using KernelMagnifier.Model;
using Xunit.Abstractions;

namespace KernelMagnifier.Engine.Tests.Architecture;

/// <summary>The layers of docs/architecture.md: a folder of src/Engine uses the folders before it in the list and none after it.</summary>
public sealed class LayerTests(ITestOutputHelper output)
{
    private const string Root = "KernelMagnifier";

    /// <summary>Lowest first. A subfolder belongs to its folder; within a folder, references may not form a circle either.</summary>
    private static readonly string[] Layers =
    [
        "Text",
        "", // the error that every layer can raise; its message is escaped
        "Native", "Files", "Processes", "Compression",
        "Model",
        "Selection",
        "Symbols", "Traces",
        "Counting", "Latency",
        "Comparison", "Recording", "Replay", "Workloads",
        "Rendering",
        "Lab", "Probes", "Incidents",
        "Measuring", "Logs", "Schedules",
        "Tables",
    ];

    private static readonly IReadOnlyDictionary<(string From, string To), SortedSet<string>> Arrows
        = NamespaceReferences.Of(typeof(TraceInfo).Assembly.Location).Where(a => IsOurs(a.Key.From) && IsOurs(a.Key.To)).ToDictionary();

    [Fact]
    public void EveryFolderIsALayer()
        => Assert.All(Arrows.Keys.SelectMany(a => new[] { a.From, a.To }).Distinct(), name => Assert.Contains(Folder(name), Layers));

    [Fact]
    public void NoReferencePointsUp()
    {
        output.WriteLine(Picture());
        var up = Arrows.Where(a => Array.IndexOf(Layers, Folder(a.Key.From)) < Array.IndexOf(Layers, Folder(a.Key.To)))
            .Select(a => $"{a.Key.From} -> {a.Key.To}: {string.Join(", ", a.Value)}");
        Assert.True(!up.Any(), string.Join("\n", up));
    }

    [Fact]
    public void NoCircleOfNamespaces()
    {
        var left = Arrows.Keys.ToHashSet();
        // Removes references to what refers to nothing and from what nothing refers to, until none is left or only circles are.
        while (left.Where(a => !left.Any(b => b.From == a.To) || !left.Any(b => b.To == a.From)).ToList() is { Count: > 0 } ends) left.ExceptWith(ends);
        Assert.True(left.Count == 0, string.Join("\n", left.Select(a => $"{a.From} -> {a.To}: {string.Join(", ", Arrows[a])}").Order()));
    }

    /// <summary>The file of each type is in the folder that its namespace names, under the type's own name. IDE0130 checks the first part in the build.</summary>
    [Fact]
    public void AFileHoldsOneTypeNamedAsTheFile()
    {
        var wrong = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "src"), "*.cs", SearchOption.AllDirectories))
        {
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.Contains("/bin/", StringComparison.Ordinal)) continue;
            var types = SourceTypes.Of(File.ReadAllText(file));
            if (types.Count > 0 && (types.Count > 1 || types[0] != Path.GetFileNameWithoutExtension(file))) wrong.Add($"{file}: {string.Join(", ", types)}");
        }
        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
    }

    private static bool IsOurs(string name) => name == Root || name.StartsWith(Root + ".", StringComparison.Ordinal);

    private static string Folder(string name) => name == Root ? "" : name[(Root.Length + 1)..].Split('.')[0];

    /// <summary>The graph of folders in DOT, lowest layer at the bottom.</summary>
    private static string Picture()
    {
        var text = new StringBuilder("digraph layers {\n");
        foreach (var arrow in Arrows.Keys.Select(a => (From: Folder(a.From), To: Folder(a.To))).Where(a => a.From != a.To && a.To.Length > 0).Distinct().Order())
            text.Append($"  {arrow.From} -> {arrow.To};\n");
        return text.Append('}').ToString();
    }
}
