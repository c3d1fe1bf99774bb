using KernelMagnifier.Tables;
using ParquetSharp;
using ParquetSharp.Schema;

namespace KernelMagnifier.Parquet;

/// <summary>The columns of tables as those of Parquet.</summary>
internal static class ParquetSchema
{
    /// <summary>The schema of a file.</summary>
    public static GroupNode Of(TableSchema schema, IReadOnlyList<int> columns)
    {
        var nodes = columns.Select(column => NodeOf(schema.Columns[column])).ToArray();
        try
        {
            return new GroupNode("schema", Repetition.Required, nodes);
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }
    }

    private static Node NodeOf(TableColumn column)
    {
        var repetition = column.IsRequired ? Repetition.Required : Repetition.Optional;
        if (!column.IsList) return Primitive(column.Name, repetition, column.Type);
        using var element = Primitive("element", Repetition.Optional, column.Type == TableType.Longs ? TableType.Long
            : TableType.Text);
        using var elements = new GroupNode("list", Repetition.Repeated, [element]);
        using var list = LogicalType.List();
        return new GroupNode(column.Name, repetition, [elements], list);
    }

    private static PrimitiveNode Primitive(string name, Repetition repetition, TableType type)
    {
        using var logical = type switch
        {
            // UTC, but not marked as such: DuckDB cuts marked times to microseconds.
            TableType.Time => LogicalType.Timestamp(false, TimeUnit.Nanos),
            TableType.Name or TableType.Text or TableType.Json => LogicalType.String(),
            _ => LogicalType.None(),
        };
        var physical = type switch
        {
            TableType.Time or TableType.Long => PhysicalType.Int64,
            TableType.Int => PhysicalType.Int32,
            TableType.Real => PhysicalType.Double,
            TableType.Bool => PhysicalType.Boolean,
            _ => PhysicalType.ByteArray,
        };
        return new PrimitiveNode(name, repetition, logical, physical);
    }
}
