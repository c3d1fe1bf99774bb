using DuckDB.NET.Data;
using DuckDB.NET.Native;
using KernelMagnifier.Tables;

namespace KernelMagnifier.DuckDb;

/// <summary>The errors of DuckDB as those of this product.</summary>
internal static class QueryErrors
{
    private static readonly string Tables = string.Join(", ", TableSchema.All.Select(schema => schema.Name));

    /// <summary>The error of a query.</summary>
    public static KernelMagnifierException Of(Exception error)
    {
        var type = (error as DuckDBException)?.ErrorType;
        return type switch
        {
            DuckDBErrorType.Permission => Refused("A query reads the tables of the dataset and nothing else: " + Sentence(error.Message)),
            DuckDBErrorType.OutOfMemory => new KernelMagnifierException(ErrorCode.QueryTooLarge, null,
                "The query needs more memory than it may use: " + First(error.Message),
                "Select fewer rows or columns, or raise the limit.", error),
            DuckDBErrorType.Catalog => Failed(error, $"The tables are {Tables}, recordings. DESCRIBE and a table lists its columns."),
            DuckDBErrorType.Binder => Failed(error, "DESCRIBE and a table lists its columns: DESCRIBE calls"),
            DuckDBErrorType.Io or DuckDBErrorType.InvalidInput when error.Message.Contains(".parquet", StringComparison.Ordinal)
                => new KernelMagnifierException(ErrorCode.TableUnreadable, null, Sentence(error.Message),
                    "The file is damaged. Export the recording again.", error),
            _ => Failed(error, null),
        };
    }

    /// <summary>A query that is not permitted.</summary>
    public static KernelMagnifierException Refused(string cause)
        => new(ErrorCode.QueryRefused, null, cause,
            "Use a single SELECT, or DESCRIBE, SUMMARIZE, SHOW or EXPLAIN of one. docs/query.md lists what a query can do.");

    /// <summary>A file that cannot be read, found when the dataset is opened.</summary>
    public static KernelMagnifierException Damaged(string path, string message, Exception? inner = null)
        => new(ErrorCode.TableUnreadable, path, Sentence(message),
            "The file is damaged or no table. Export the recording again, or remove the file.", inner);

    private static KernelMagnifierException Failed(Exception error, string? action)
        => new(ErrorCode.QueryFailed, null, Sentence(error.Message), action ?? "Correct the query.", error);

    private static string First(string message) => message.Split('\n')[0].Replace("Out of Memory Error: ", "", StringComparison.Ordinal);

    /// <summary>The message without the excerpt of the query, and in one line.</summary>
    private static string Sentence(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("LINE ", StringComparison.Ordinal));
        return string.Join(" ", lines);
    }
}
