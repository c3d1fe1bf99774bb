using KernelMagnifier.Tables;

namespace KernelMagnifier.DuckDb;

/// <summary>The errors of DuckDB as those of this product.</summary>
internal static class QueryErrors
{
    private static readonly string Tables = string.Join(", ", TableSchema.All.Select(schema => schema.Name));

    /// <summary>The error of a query.</summary>
    public static KernelMagnifierException Of(Exception error)
    {
        var (kind, message) = Parts(error.Message);
        return kind switch
        {
            "Permission Error" => Refused($"A query reads the tables of the dataset and nothing else: {message}"),
            "Out of Memory Error" => new KernelMagnifierException(ErrorCode.QueryTooLarge, null,
                $"The query needs more memory than it may use: {message.Split(" Database is launched")[0]}",
                "Select fewer rows or columns, or raise the limit.", error),
            "Catalog Error" => Failed(message,
                $"The tables are {Tables}, {QueryViews.Recordings}. DESCRIBE and a table lists its columns.", error),
            "Binder Error" => Failed(message, "DESCRIBE and a table lists its columns: DESCRIBE calls", error),
            "IO Error" or "Invalid Input Error" or "Serialization Error" or "TProtocolException"
                when message.Contains(".parquet", StringComparison.Ordinal)
                => new KernelMagnifierException(
                    ErrorCode.TableUnreadable, null, message, "The file is damaged. Export the recording again.", error),
            _ => Failed(message, "Correct the query.", error),
        };
    }

    /// <summary>A query that is not permitted.</summary>
    public static KernelMagnifierException Refused(string cause)
        => new(ErrorCode.QueryRefused, null, cause,
            "Use a single SELECT, or DESCRIBE, SUMMARIZE, SHOW or EXPLAIN of one. docs/query.md lists what a query can do.");

    /// <summary>A file that cannot be read, found when the dataset is opened.</summary>
    public static KernelMagnifierException Damaged(string path, string message, Exception? inner = null)
        => new(ErrorCode.TableUnreadable, path, Parts(message).Message,
            "The file is damaged or no table. Export the recording again, or remove the file.", inner);

    private static KernelMagnifierException Failed(string message, string action, Exception error)
        => new(ErrorCode.QueryFailed, null, message, action, error);

    /// <summary>
    /// The kind of an error and its message in one line, without the excerpt of the query. The type that the library states is
    /// not
    /// known for all errors; the message of DuckDB always begins with it.
    /// </summary>
    private static (string Kind, string Message) Parts(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("LINE ", StringComparison.Ordinal) && line != "Possible solutions:");
        var text = string.Join(" ", lines);
        var end = text.IndexOf(": ", StringComparison.Ordinal);
        return end is > 0 and < 40 ? (text[..end], text[(end + 2)..]) : ("", text);
    }
}
