using KernelMagnifier.Files;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>The files of a dataset: a folder with all below it, or one file.</summary>
internal sealed class TableDataset
{
    private const int Deepest = 16;

    private const string Expected = "Name a folder or a file that Export-KmTable or kernel-magnifier table wrote.";

    /// <summary>The files, in the order of their paths.</summary>
    public IReadOnlyList<TablePart> Parts { get; private init; } = [];

    /// <summary>The files that are no tables of this product, with the cause as a sentence.</summary>
    public IReadOnlyList<(string Path, string Cause)> Foreign { get; private init; } = [];

    /// <summary>The files that are damaged or cut, or cannot be read. The others can be read nevertheless.</summary>
    public IReadOnlyList<KernelMagnifierException> Damaged { get; private init; } = [];

    /// <summary>Finds the files and reads their descriptions. Hidden files, as unfinished ones are, are passed over.</summary>
    /// <param name="format">The format.</param>
    /// <param name="path">The folder or the file.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TableNotFound"/>, or <see cref="ErrorCode.TableUnreadable"/> if there is no table that can be read.
    /// </exception>
    public static TableDataset Open(TableFormat format, string path, CancellationToken cancel = default)
    {
        var parts = new List<TablePart>();
        var foreign = new List<(string, string)>();
        var damaged = new List<KernelMagnifierException>();
        foreach (var file in FilesOf(path, format.Extension))
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (Describe(format, file, out var cause) is { } part) parts.Add(part);
                else foreign.Add((file, cause));
            }
            catch (KernelMagnifierException error)
            {
                damaged.Add(error);
            }
        }
        if (parts.Count > 0) return new TableDataset { Parts = parts, Foreign = foreign, Damaged = damaged };
        throw damaged is [var first, ..] ? first
            : foreign is [var (of, why), ..] ? new KernelMagnifierException(ErrorCode.TableUnreadable, of, why, Expected)
            : new KernelMagnifierException(
                ErrorCode.TableNotFound, path, $"no file of this folder ends with {format.Extension}.", Expected);
    }

    /// <summary>Opens a file of a dataset.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TableUnreadable"/>.</exception>
    internal static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static KernelMagnifierException Unreadable(string path, Exception error) => new(
        error is FileNotFoundException or DirectoryNotFoundException ? ErrorCode.TableNotFound : ErrorCode.TableUnreadable, path,
        error is FileNotFoundException or DirectoryNotFoundException ? "it does not exist."
            : $"it cannot be read: {error.Message.TrimEnd('.')}.",
        error is FileNotFoundException or DirectoryNotFoundException ? NearbyFiles.Before(path, Expected) : null, error);

    private static IEnumerable<string> FilesOf(string path, string extension)
    {
        if (File.Exists(path)) return [path];
        if (!Directory.Exists(path)) throw Unreadable(path, new DirectoryNotFoundException());
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true, MaxRecursionDepth = Deepest,
                AttributesToSkip = FileAttributes.Hidden | FileAttributes.System,
        };
        try
        {
            return [.. Directory.EnumerateFiles(path, "*" + extension, options)
                .Where(file => !IsHidden(Path.GetRelativePath(path, file))).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, error);
        }
    }

    private static bool IsHidden(string path)
        => path.Split('/').Any(part => part is ['.' or '_', ..]);

    /// <summary>Describes a file; null if it is no table of this product.</summary>
    private static TablePart? Describe(TableFormat format, string path, out string cause)
    {
        using var file = OpenFile(path);
        using var reader = format.Open(file, path);
        var facts = reader.Metadata;
        cause = "this Parquet file is no table of this product: it has no metadata kernel-magnifier.table.";
        if (!facts.TryGetValue(TableFacts.Table, out var name)) return null;
        cause = "its table or the version of its schema is not known to this version of the product.";
        var schema = TableSchema.All.FirstOrDefault(schema => schema.Name == name);
        if (schema is null || facts.GetValueOrDefault(TableFacts.Schema) != TableSchema.Version) return null;
        Check(schema, reader, path);
        var (host, recording) = Partitions(path);
        var recorded = facts.GetValueOrDefault(TableFacts.Recording);
        var part = new TablePart(format)
        {
            Path = path, Table = schema.Kind, Host = host, Recording = recording, Rows = reader.Rows, Bytes = file.Length,
            Version = facts.GetValueOrDefault(TableFacts.Version), Facts = recorded,
            Clock = facts.GetValueOrDefault(TableFacts.Clock) == nameof(ClockUnit.Counts) ? ClockUnit.Counts
                : ClockUnit.Nanoseconds,
            Nesting = facts.GetValueOrDefault(TableFacts.Nesting) == nameof(CallNesting.Stack) ? CallNesting.Stack
                : CallNesting.Caller,
        };
        // A wrong description is an error before the first row.
        part.Info(recording, host);
        return part;
    }

    private static void Check(TableSchema schema, TableFileReader reader, string path)
    {
        var columns = reader.Columns.DistinctBy(column => column.Name).ToDictionary(column => column.Name, column => column.Type);
        foreach (var column in schema.Columns)
        {
            var problem = !columns.TryGetValue(column.Name, out var type) ? column.IsRequired ? "is missing" : null
                : type == TypeInFile(column.Type) ? null : $"is not of the type {column.Type}";
            if (problem is not null)
                throw new KernelMagnifierException(ErrorCode.TableUnreadable, path,
                    $"the column '{column.Name}' of the table {schema.Name} {problem}.",
                        "Write the table again from its recording.");
        }
    }

    /// <summary>The type that a file tells: all texts are the same there.</summary>
    private static TableType TypeInFile(TableType type) => type is TableType.Name or TableType.Json ? TableType.Text : type;

    private static (string? Host, string? Recording) Partitions(string path)
    {
        var (host, recording) = ((string?)null, (string?)null);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        while (folder is not null && HivePath.Parse(Path.GetFileName(folder)) is var (column, value))
        {
            if (column == "host") host ??= value;
            else if (column == "recording") recording ??= value;
            folder = Path.GetDirectoryName(folder);
        }
        return (host, recording);
    }
}
