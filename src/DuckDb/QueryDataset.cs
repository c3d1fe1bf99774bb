using System.Globalization;
using System.Text;
using DuckDB.NET.Data;
using KernelMagnifier.Tables;

namespace KernelMagnifier.DuckDb;

/// <summary>The files of one dataset or several, with what their descriptions say.</summary>
internal sealed class QueryDataset
{
    private const string TableKey = "kernel-magnifier.table", SchemaKey = "kernel-magnifier.schema",
        FactsKey = "kernel-magnifier.recording";

    /// <summary>The files that are tables of this product, in the order of their paths.</summary>
    public IReadOnlyList<QueryFile> Files { get; private init; } = [];

    /// <summary>The files that are none, with the cause as a sentence.</summary>
    public IReadOnlyList<(string Path, string Cause)> Foreign { get; private init; } = [];

    /// <summary>Finds the files and reads their descriptions.</summary>
    /// <param name="connection">A connection that may read files.</param>
    /// <param name="paths">Folders and files.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TableNotFound"/>, or <see cref="ErrorCode.TableUnreadable"/> if a dataset has no table or a
    /// damaged one.
    /// </exception>
    public static QueryDataset Open(DuckDBConnection connection, IEnumerable<string> paths, CancellationToken cancel)
    {
        var files = new List<QueryFile>();
        var foreign = new List<(string Path, string Cause)>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var found = FileSearch.Find(path, cancel);
            var before = files.Count;
            Read(connection, [.. found.Where(known.Add)], files, foreign);
            if (files.Count > before || found.All(file => files.Exists(one => one.Path == file))) continue;
            var (first, cause) = foreign[^1];
            throw new KernelMagnifierException(ErrorCode.TableUnreadable, path,
                $"no file is a table of Kernel Magnifier; of {Path.GetFileName(first)}: {cause}",
                "Give the folder that Export-KmTable wrote.");
        }
        return new QueryDataset { Files = files, Foreign = foreign };
    }

    private static void Read(DuckDBConnection connection, List<string> paths, List<QueryFile> files,
        List<(string Path, string Cause)> foreign)
    {
        if (paths.Count == 0) return;
        var list = SqlText.List(paths.Select(SqlText.Exactly));
        var keys = Keys(connection, list, paths);
        var sizes = Sizes(connection, list);
        foreach (var path in paths)
        {
            var description = keys.GetValueOrDefault(path) ?? [];
            var (rows, bytes) = sizes.GetValueOrDefault(path);
            var table = description.GetValueOrDefault(TableKey);
            var schema = TableSchema.All.FirstOrDefault(one => one.Name == table);
            if (table is null) foreign.Add((path, "it does not say which table it holds."));
            else if (description.GetValueOrDefault(SchemaKey) is var version and not TableSchema.Version)
                foreign.Add((path,
                    $"its columns are those of version {version ?? "unknown"}, and this version knows {TableSchema.Version}."));
            else if (schema is null) foreign.Add((path, $"there is no table '{table}'."));
            else files.Add(new QueryFile(path, schema.Kind, rows, bytes, description.GetValueOrDefault(FactsKey)));
        }
    }

    private static Dictionary<string, Dictionary<string, string>> Keys(
        DuckDBConnection connection, string list, List<string> paths)
    {
        var all = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"""
            SELECT file_name, key, value FROM parquet_kv_metadata({list})
            WHERE key IN ('{TableKey}'::BLOB, '{SchemaKey}'::BLOB, '{FactsKey}'::BLOB)
            """);
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                var file = reader.GetString(0);
                if (!all.TryGetValue(file, out var keys)) all.Add(file, keys = []);
                keys[Text(reader, 1)] = Text(reader, 2);
            }
        }
        catch (DuckDBException error)
        {
            var damaged = paths.Find(path => error.Message.Contains(path, StringComparison.Ordinal))
                ?? FirstDamaged(connection, paths);
            throw QueryErrors.Damaged(damaged, error.Message, error);
        }
        return all;
    }

    /// <summary>The file whose description cannot be read, for errors that do not name it.</summary>
    private static string FirstDamaged(DuckDBConnection connection, List<string> paths)
        => paths.Find(path =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT count(*) FROM parquet_kv_metadata({SqlText.List([SqlText.Exactly(path)])})";
            try
            {
                command.ExecuteScalar();
                return false;
            }
            catch (DuckDBException)
            {
                return true;
            }
        }) ?? paths[0];

    private static Dictionary<string, (long Rows, long Bytes)> Sizes(DuckDBConnection connection, string list)
    {
        var all = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT file_name, num_rows, file_size_bytes::BIGINT FROM parquet_file_metadata({list})";
        using var reader = command.ExecuteReader();
        while (reader.Read()) all[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        return all;
    }

    private static string Text(DuckDBDataReader reader, int column)
    {
        using var bytes = reader.GetStream(column);
        using var copy = new MemoryStream();
        bytes.CopyTo(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }
}
