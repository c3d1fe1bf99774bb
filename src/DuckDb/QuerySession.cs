using System.Globalization;
using DuckDB.NET.Data;

namespace KernelMagnifier.DuckDb;

/// <summary>
/// A database in memory whose views are the tables of datasets. When the views exist, the session is closed: no setting can be
/// changed, no extension be loaded, and no file be opened but those of the datasets.
/// </summary>
internal sealed class QuerySession : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    private QuerySession()
    {
    }

    /// <summary>The files that queries read.</summary>
    public QueryDataset Dataset { get; private set; } = new();

    /// <summary>The percentage of the running query; null if it is not known.</summary>
    public double? Progress => _connection.GetQueryProgress().Percentage is var percent and >= 0 ? percent : null;

    /// <summary>Opens datasets.</summary>
    /// <param name="paths">Folders and files.</param>
    /// <param name="options">The limits.</param>
    /// <param name="cancel">Ends the opening.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TableNotFound"/> or <see cref="ErrorCode.TableUnreadable"/>; <see cref="ErrorCode.ToolNotFound"/>
    /// if the
    /// library is not part of this installation.
    /// </exception>
    public static QuerySession Open(IReadOnlyList<string> paths, QueryOptions options, CancellationToken cancel)
    {
        var session = new QuerySession();
        try
        {
            session.Prepare(paths, options, cancel);
            return session;
        }
        catch (Exception error)
        {
            session.Dispose();
            if (error is DllNotFoundException or BadImageFormatException)
                throw new KernelMagnifierException(ErrorCode.ToolNotFound, "libduckdb.so",
                    "the library of DuckDB cannot be loaded.",
                    "The module has it for Linux on x64 and arm64 with glibc. Install the module again.", error);
            if (error is DuckDBException) throw QueryErrors.Of(error);
            throw;
        }
    }

    /// <summary>Runs a query.</summary>
    /// <param name="query">The query. Untrusted: see <see cref="QueryStatement"/>.</param>
    /// <param name="parameters">The values of its parameters by name.</param>
    /// <param name="begin">Takes the names of the columns, and whether the rows are text of a plan.</param>
    /// <param name="row">Takes a row. It can throw to end the query.</param>
    /// <param name="cancel">Ends the query.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.QueryRefused"/>, <see cref="ErrorCode.QueryFailed"/>, <see cref="ErrorCode.QueryTooLarge"/> or
    /// <see cref="ErrorCode.TableUnreadable"/>.
    /// </exception>
    public void Run(string query, IReadOnlyDictionary<string, object?> parameters, Action<IReadOnlyList<string>, bool> begin,
        Action<object?[]> row, CancellationToken cancel)
    {
        var statement = QueryStatement.Check(_connection, query);
        using var command = _connection.CreateCommand();
        command.CommandText = statement.Text;
        command.UseStreamingMode = true;
        foreach (var name in statement.Parameters)
            command.Parameters.Add(new DuckDBParameter(name, QueryParameters.Value(name, parameters) ?? DBNull.Value));
        using var stop = cancel.Register(command.Cancel);
        try
        {
            using var reader = command.ExecuteReader();
            var columns = new QueryColumns(reader);
            begin(columns.Names, statement.IsPlan);
            while (reader.Read())
            {
                cancel.ThrowIfCancellationRequested();
                row(columns.Read());
            }
        }
        catch (Exception error) when (cancel.IsCancellationRequested && error is not OperationCanceledException)
        {
            throw new OperationCanceledException(cancel);
        }
        catch (DuckDBException error)
        {
            throw QueryErrors.Of(error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void Prepare(IReadOnlyList<string> paths, QueryOptions options, CancellationToken cancel)
    {
        _connection.Open();
        var memory = options.MemoryLimit ?? Math.Max(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, 64 << 20);
        Set("memory_limit", string.Create(CultureInfo.InvariantCulture, $"'{Math.Max(memory / 1000, 1)}KB'"));
        if (options.Threads is { } threads) Set("threads", threads.ToString(CultureInfo.InvariantCulture));
        Set("TimeZone", "'UTC'");
        Set("enable_progress_bar", "true");
        Set("enable_progress_bar_print", "false");
        // Footers are read for the descriptions, the views and each query: once is enough.
        Set("parquet_metadata_cache", "true");
        Set("autoinstall_known_extensions", "false");
        Set("autoload_known_extensions", "false");
        Set("allow_community_extensions", "false");
        Set("allow_persistent_secrets", "false");
        Dataset = QueryDataset.Open(_connection, paths, cancel);
        QueryViews.Create(_connection, Dataset.Files);
        Close();
    }

    private void Close()
    {
        var files = Dataset.Files.Select(file => file.Path);
        // A query that needs more memory than it may use fails, instead of writing to a folder that others share.
        Set("temp_directory", "''");
        Set("allowed_paths", SqlText.List(files.Concat(files.Select(SqlText.Exactly)).Distinct()));
        Set("enable_external_access", "false");
        Set("lock_configuration", "true");
    }

    private void Set(string setting, string value)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"SET {setting} = {value}";
        command.ExecuteNonQuery();
    }
}
