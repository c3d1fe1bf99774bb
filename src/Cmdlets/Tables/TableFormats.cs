using System.Runtime.CompilerServices;
using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Cmdlets.Tables;

/// <summary>The format of tables, whose library is loaded when it is first needed.</summary>
internal static class TableFormats
{
    /// <summary>Apache Parquet.</summary>
    public static TableFormat Parquet
    {
        get
        {
            LibraryAssemblies.Parquet.Load();
            return Create();
        }
    }

    // Not inlined: see LibraryAssemblies.Load.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TableFormat Create() => ParquetTables.Create();
}
