namespace KernelMagnifier.Tables;

/// <summary>Writes one file.</summary>
internal abstract class TableFileWriter : IDisposable
{
    /// <summary>Appends a group of rows.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public abstract void Write(TableRows rows);

    /// <summary>Ends the file.</summary>
    /// <param name="metadata">Its keys and values.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public abstract void Close(IReadOnlyDictionary<string, string> metadata);

    /// <inheritdoc/>
    public abstract void Dispose();
}
