using System.Text.Json;
using DuckDB.NET.Data;

namespace KernelMagnifier.DuckDb;

/// <summary>
/// A query that was checked. DuckDB itself parses it, and the tree of the statement decides: it must be one statement that reads,
/// and call only the table functions that read nothing but its arguments and the catalog. This is the first of two walls; the
/// settings of the session are the other.
/// </summary>
internal sealed class QueryStatement
{
    private const int MostDepth = 20_000;

    /// <summary>
    /// The table functions that a query can call. Others read files, change the session (enable_logging writes to a file), or run
    /// a text as SQL (query).
    /// </summary>
    private static readonly HashSet<string> TableFunctions = new(StringComparer.OrdinalIgnoreCase)
    {
        "duckdb_columns", "duckdb_functions", "duckdb_keywords", "duckdb_tables", "duckdb_types", "duckdb_views",
        "generate_series",
        "histogram", "histogram_values", "json_each", "json_tree", "pg_timezone_names",
        "pragma_table_info", "pragma_version", "range",
        "repeat", "repeat_row", "summary", "test_all_types", "unnest",
    };

    /// <summary>The functions of values that have an effect beside their value.</summary>
    private static readonly HashSet<string> Refused = new(StringComparer.OrdinalIgnoreCase) { "write_log", "nextval", "currval" };

    private QueryStatement(string text, IReadOnlyList<string> parameters, bool isPlan)
        => (Text, Parameters, IsPlan) = (text, parameters, isPlan);

    /// <summary>The statement to run.</summary>
    public string Text { get; }

    /// <summary>The names of its parameters, without the dollar sign.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>Whether the result is the plan of a query: text in lines.</summary>
    public bool IsPlan { get; }

    /// <summary>Checks a query.</summary>
    /// <param name="connection">A connection, whose parser is used.</param>
    /// <param name="query">The query. Untrusted.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.QueryRefused"/>, or <see cref="ErrorCode.QueryFailed"/> if it is not valid SQL.
    /// </exception>
    public static QueryStatement Check(DuckDBConnection connection, string query)
    {
        // The parser gives no tree of an EXPLAIN. What follows the words is checked as a statement of its own, and is what runs.
        var rest = AfterWord(query, "EXPLAIN");
        var isPlan = rest is not null;
        var words = !isPlan ? "" : AfterWord(rest!, "ANALYZE") is { } analyzed && (rest = analyzed) is not null
            ? "EXPLAIN ANALYZE " : "EXPLAIN ";
        rest ??= query;
        using var tree = JsonDocument.Parse(Parse(connection, rest), new JsonDocumentOptions { MaxDepth = MostDepth });
        var parameters = CheckTree(tree.RootElement);
        return new QueryStatement(words + rest, parameters, isPlan);
    }

    private static string? AfterWord(string text, string word)
    {
        var trimmed = text.TrimStart();
        return trimmed.Length > word.Length && trimmed.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            && char.IsWhiteSpace(trimmed[word.Length]) ? trimmed[word.Length..] : null;
    }

    private static string Parse(DuckDBConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT CAST(json_serialize_sql($query::VARCHAR) AS VARCHAR)";
        command.Parameters.Add(new DuckDBParameter("query", query));
        try
        {
            return (string)command.ExecuteScalar()!;
        }
        catch (DuckDBException error)
        {
            throw QueryErrors.Of(error);
        }
    }

    private static List<string> CheckTree(JsonElement root)
    {
        if (root.GetProperty("error").GetBoolean())
        {
            var message = root.GetProperty("error_message").GetString() ?? "";
            if (root.GetProperty("error_type").GetString() is "parser" or "syntax")
                throw new KernelMagnifierException(ErrorCode.QueryFailed, null,
                    $"The query is not valid SQL: {message}.", "Correct the query.");
            throw QueryErrors.Refused("The statement does more than read tables.");
        }
        var statements = root.GetProperty("statements");
        if (statements.GetArrayLength() == 0) throw QueryErrors.Refused("The query has no statement.");
        if (statements.GetArrayLength() > 1) throw QueryErrors.Refused("The query has several statements, and one is permitted.");
        var statement = statements[0];
        CheckNodes(statement);
        return !statement.TryGetProperty("named_param_map", out var parameters) ? []
            : [.. parameters.EnumerateArray().Select(one => one.GetProperty("key").GetString()!)];
    }

    /// <summary>Checks all nodes. Not recursive: the tree is as deep as the query is.</summary>
    private static void CheckNodes(JsonElement root)
    {
        var open = new Stack<JsonElement>([root]);
        while (open.TryPop(out var node))
        {
            if (node.ValueKind == JsonValueKind.Array)
            {
                foreach (var element in node.EnumerateArray()) open.Push(element);
                continue;
            }
            if (node.ValueKind != JsonValueKind.Object) continue;
            CheckNode(node);
            foreach (var property in node.EnumerateObject()) open.Push(property.Value);
        }
    }

    private static void CheckNode(JsonElement node)
    {
        if (TextOf(node, "type") == "TABLE_FUNCTION")
        {
            var name = node.TryGetProperty("function", out var function) ? TextOf(function, "function_name") : null;
            if (name is null || !TableFunctions.Contains(name))
                throw QueryErrors.Refused($"The table function {name ?? "without a name"} is not permitted in a query.");
        }
        else if (TextOf(node, "function_name") is { } called && Refused.Contains(called))
            throw QueryErrors.Refused($"The function {called} is not permitted in a query.");
    }

    private static string? TextOf(JsonElement node, string property)
        => node.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
