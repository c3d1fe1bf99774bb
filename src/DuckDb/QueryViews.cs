using DuckDB.NET.Data;
using KernelMagnifier.Tables;

namespace KernelMagnifier.DuckDb;

/// <summary>What a query can select from: a view of each table, and the table of the recordings.</summary>
internal static class QueryViews
{
    /// <summary>The name of the table that has a row for each recording.</summary>
    public const string Recordings = "recordings";

    /// <summary>Creates all of them.</summary>
    public static void Create(DuckDBConnection connection, IReadOnlyList<QueryFile> files)
    {
        foreach (var schema in TableSchema.All)
            Run(connection, $"CREATE VIEW {schema.Name} AS {Body(schema, [.. files.Where(file => file.Table == schema.Kind)])}");
        CreateRecordings(connection, files);
    }

    /// <summary>
    /// The union of a relation without rows, which gives the columns their order and types whatever the files are, and of the
    /// files. The folders of all files of one call must name the same columns, so there is a call for each set of them.
    /// </summary>
    private static string Body(TableSchema schema, IReadOnlyList<QueryFile> files)
    {
        var columns = schema.Columns.Select(column => $"NULL::{TypeOf(column.Type)} AS \"{column.Name}\"");
        var none = $"(SELECT {string.Join(", ", columns)} WHERE false)";
        var parts = files.GroupBy(file => string.Join("/", file.Keys), StringComparer.Ordinal).Select(group =>
            $"(FROM read_parquet({SqlText.List(group.Select(file => SqlText.Exactly(file.Path)))}, "
            + "hive_partitioning = true, hive_types_autocast = false, union_by_name = true))");
        return string.Join(" UNION ALL BY NAME ", parts.Prepend(none));
    }

    private static string TypeOf(TableType type) => type switch
    {
        TableType.Time => "TIMESTAMP_NS",
        TableType.Int => "INTEGER",
        TableType.Long => "BIGINT",
        TableType.Real => "DOUBLE",
        TableType.Bool => "BOOLEAN",
        TableType.Longs => "BIGINT[]",
        TableType.Texts => "VARCHAR[]",
        _ => "VARCHAR",
    };

    private static void CreateRecordings(DuckDBConnection connection, IReadOnlyList<QueryFile> files)
    {
        Run(connection,
            "CREATE TABLE parts (host VARCHAR, recording VARCHAR, name VARCHAR, rows BIGINT, bytes BIGINT, facts VARCHAR)");
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO parts VALUES ($host, $recording, $name, $rows, $bytes, $facts)";
        foreach (var file in files)
        {
            command.Parameters.Clear();
            Add(command, "host", file.Value("host"));
            Add(command, "recording", file.Value("recording"));
            Add(command, "name", TableSchema.Of(file.Table).Name);
            Add(command, "rows", file.Rows);
            Add(command, "bytes", file.Bytes);
            Add(command, "facts", file.Facts);
            command.ExecuteNonQuery();
        }
        Run(connection, $"""
            CREATE TABLE {Recordings} AS
            WITH known AS (
                SELECT * REPLACE (CASE WHEN json_valid(facts) THEN facts END AS facts) FROM parts),
            named AS (
                SELECT host, coalesce(recording, parse_filename(facts->>'path')) AS recording, name, rows,
                    bytes, facts FROM known),
            grouped AS (
                SELECT host, recording, list(DISTINCT name ORDER BY name) AS tables, sum(rows)::BIGINT AS rows,
                    sum(bytes)::BIGINT AS bytes, any_value(facts) AS facts
                FROM named WHERE recording IS NOT NULL GROUP BY host, recording)
            SELECT host, recording, try_cast(facts->>'startTime' AS TIMESTAMP)::TIMESTAMP_NS AS start_time,
                try_cast(facts->>'duration' AS DOUBLE) AS duration_s, facts->>'format' AS format,
                facts->>'kernelRelease' AS kernel_release, facts->>'clock' AS clock, facts->>'clockUnit' AS unit,
                facts->>'tracer' AS tracer, try_cast(facts->>'cpus' AS INTEGER) AS cpus,
                try_cast(facts->>'calls' AS BIGINT) AS calls,
                try_cast(facts->>'events' AS BIGINT) AS events, try_cast(facts->>'lostEvents' AS BIGINT) AS lost_events,
                try_cast(facts->>'notParsed' AS BIGINT) AS not_parsed, try_cast(facts->>'isComplete' AS BOOLEAN) AS is_complete,
                tables, rows, bytes, facts
            FROM grouped ORDER BY host, recording
            """);
        Run(connection, "DROP TABLE parts");
    }

    private static void Add(DuckDBCommand command, string name, object? value)
        => command.Parameters.Add(new DuckDBParameter(name, value ?? DBNull.Value));

    private static void Run(DuckDBConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
