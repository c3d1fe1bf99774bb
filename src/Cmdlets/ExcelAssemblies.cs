using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cmdlets;

/// <summary>
/// The assemblies that write workbooks, and other people's libraries with them. They are large, so importing the module does not load them:
/// they lie in a folder of their own, and when the first workbook is written they come into a load context of their own, so that another
/// module's version of a library is never theirs, nor theirs another's.
/// </summary>
internal static class ExcelAssemblies
{
    private const string Own = "KernelMagnifier.Excel";
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
            var own = context.Assemblies.First(assembly => assembly.GetName().Name == Own);
            AssemblyLoadContext.Default.Resolving += (_, name) => name.Name == Own ? own : null;
        }
        return Bind();
    }

    // Not before the assemblies are there.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WorkbookWriter Bind() => Excel.Workbook.Write;
}
