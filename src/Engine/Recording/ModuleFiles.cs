using System.Text;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Recording;

/// <summary>
/// What depmod(8) knows about the modules of a kernel: which exist, which are built in, and which functions they export. It does
/// not list the functions that a module does not export.
/// </summary>
/// <param name="folder">The directory, <c>/lib/modules/RELEASE</c>.</param>
/// <param name="loaded">The content of <c>/proc/modules</c>.</param>
internal sealed class ModuleFiles(string folder, ReadOnlyMemory<byte> loaded)
{
    private readonly HashSet<string> _loaded
        = [.. Encoding.UTF8.GetString(loaded.Span).Split('\n').Select(l => l.Split(' ')[0]).Where(n => n.Length > 0)];

    /// <summary>The modules of the running kernel.</summary>
    public static ModuleFiles OfRunningKernel => new($"/lib/modules/{KernelFacts.Release}", KernelFacts.Modules);

    /// <summary>Whether a module is loaded.</summary>
    public bool IsLoaded(string module) => _loaded.Contains(NameOf(module));

    /// <summary>Whether a module is part of the kernel image.</summary>
    public bool IsBuiltIn(string module) => Names("modules.builtin").Contains(NameOf(module));

    /// <summary>Whether a module is installed as a file.</summary>
    public bool IsInstalled(string module) => Names("modules.dep").Contains(NameOf(module));

    /// <summary>The modules that export a function, sorted; wildcards are allowed.</summary>
    public IReadOnlyList<string> ExportersOf(string function)
    {
        const string Alias = "alias symbol:";
        var pattern = Glob.IsPattern(function) ? new Glob(function) : null;
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in Lines("modules.symbols"))
            if (line.StartsWith(Alias, StringComparison.Ordinal) && line[Alias.Length..].Split(' ') is [var name, var module]
                && (pattern is null ? name == function : pattern.IsMatch(name)))
                found.Add(NameOf(module));
        return [.. found];
    }

    /// <summary>The names of the modules that a file lists by path, each before a colon or alone in its line.</summary>
    private HashSet<string> Names(string file)
        => [.. Lines(file).Select(l => NameOf(Path.GetFileName(l.Split(':')[0]).Split('.')[0]))];

    /// <summary>The kernel writes a minus sign in the name of a module as an underscore.</summary>
    private static string NameOf(string module) => module.Replace('-', '_');

    private string[] Lines(string file)
    {
        try
        {
            return File.ReadAllLines(Path.Combine(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without the file nothing is known.
            return [];
        }
    }
}
