using System.Reflection;
using KernelMagnifier.Model;
using KernelMagnifier.Parquet;
using KernelMagnifier.Tables;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Tables;

/// <summary>A folder for a dataset, deleted with the test.</summary>
internal sealed class TableFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("km-tables-").FullName;

    public TableExportOptions Options => new() { Folder = Path };

    /// <summary>Writes the tables of a recording.</summary>
    public IReadOnlyList<TableFile> Write(string recording, TableReading? reading = null, TableExportOptions? options = null)
    {
        using var export = new TableExport(ParquetTables.Create(), options ?? Options, default);
        using var reader = TraceFile.Open(recording);
        export.Read(reader, reading ?? new TableReading());
        return export.Commit();
    }

    public TableDataset Open(string? path = null) => TableDataset.Open(ParquetTables.Create(), path ?? Path);

    public TablePart Part(TableKind table) => Open().Parts.Single(part => part.Table == table);

    /// <summary>Whether nothing was written: a recording without rows has no file.</summary>
    public bool IsEmpty => Directory.GetFiles(Path, "*.parquet", SearchOption.AllDirectories).Length == 0;

    /// <summary>The values of all properties but that of the recording, whose path an import does not know.</summary>
    public static string Text(object item) => string.Join(" | ", item.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(p => p.Name is not ("Recording" or "Worst")).OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={Value(item, p)}"));

    public void Dispose() => Directory.Delete(Path, true);

    private static string Value(object item, PropertyInfo property) => (item, property.GetValue(item)) switch
    {
        (KernelEvent happened, IReadOnlyDictionary<string, object?>) => System.Text.Encoding.UTF8.GetString(new FieldsJson().Of(happened.Decoded)),
        (_, null) => "",
        (_, string text) => text,
        (_, System.Collections.IEnumerable several) => string.Join(",", several.Cast<object>()),
        (_, DateTimeOffset time) => time.ToString("O"),
        (_, IFormattable value) => value.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        (_, var other) => other.ToString()!,
    };
}
