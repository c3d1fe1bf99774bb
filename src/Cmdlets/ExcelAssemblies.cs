using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// Loads the assemblies that write workbooks, which include third-party libraries. They are large and in a folder of their own,
/// so Import-Module does not load them; the first workbook does. They get a load context of their own, so other modules can load
/// other versions of the same libraries.
/// </summary>
internal static class ExcelAssemblies
{
    private const string WriterAssembly = "KernelMagnifier.Excel";
    private static readonly Lazy<WorkbookWriter> Writer = new(Load);

    /// <summary>Writes a workbook.</summary>
    public static string? Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
        => Writer.Value(report, output, progress, cancel);

    private static WorkbookWriter Load()
    {
        var folder = Path.Combine(Path.GetDirectoryName(typeof(ExcelAssemblies).Assembly.Location)!, "excel");
        if (Directory.Exists(folder))
        {
            var context = new AssemblyLoadContext($"KernelMagnifier {folder}");
            foreach (var file in Directory.GetFiles(folder, "*.dll")) context.LoadFromAssemblyPath(file);
            var writer = context.Assemblies.First(assembly => assembly.GetName().Name == WriterAssembly);
            AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == WriterAssembly ? writer : null;
        }
        return Bind();
    }

    // Not inlined: the JIT resolves the assembly when it compiles this method, which must not be before Load registered it.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WorkbookWriter Bind() => Excel.Workbook.Write;
}
