namespace KernelMagnifier.Tables;

/// <summary>The files of a dataset: a folder with all below it, or one file.</summary>
internal sealed class TableDataset
{
    /// <summary>The files, in the order of their paths.</summary>
    public IReadOnlyList<TablePart> Parts { get; private init; } = [];

    /// <summary>The files that are no tables of this product, with the cause as a sentence.</summary>
    public IReadOnlyList<(string Path, string Cause)> Foreign { get; private init; } = [];

    /// <summary>Finds the files and reads their descriptions.</summary>
    /// <param name="format">The format.</param>
    /// <param name="path">The folder or the file.</param>
    /// <param name="cancel">Ends the search.</param>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TableNotFound"/>, or <see cref="ErrorCode.TableUnreadable"/> if there is no table, or if one is damaged.
    /// </exception>
    public static TableDataset Open(TableFormat format, string path, CancellationToken cancel = default)
        => throw new NotImplementedException();
}
