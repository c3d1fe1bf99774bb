using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// The assemblies that write workbooks. They are large, so importing the module does not load them: they lie in a folder of their own
/// and come into the module's load context when the first workbook is written.
/// </summary>
internal static class ExcelAssemblies
{
    private static readonly Lazy<WorkbookWriter> Writer = new(Load);

    /// <summary>Writes a workbook.</summary>
    public static string? Write(CallReport report, Stream output, Action<string, int>? progress, CancellationToken cancel)
        => Writer.Value(report, output, progress, cancel);

    private static WorkbookWriter Load()
    {
        var here = typeof(ExcelAssemblies).Assembly;
        var folder = Path.Combine(Path.GetDirectoryName(here.Location)!, "excel");
        if (Directory.Exists(folder))
        {
            var context = AssemblyLoadContext.GetLoadContext(here)!;
            foreach (var file in Directory.GetFiles(folder, "*.dll")) context.LoadFromAssemblyPath(file);
        }
        return Bind();
    }

    // Not before the assemblies are there.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WorkbookWriter Bind() => Excel.Workbook.Write;
}
