namespace KernelMagnifier.Files;

/// <summary>A value that is not allowed in a file of a <see cref="JsonFileFormat"/>.</summary>
/// <param name="cause">What is wrong, as the rest of a sentence about the file. It becomes the cause of the error.</param>
internal sealed class JsonFileException(string cause) : FormatException(cause);
