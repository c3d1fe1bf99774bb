namespace KernelMagnifier.Files;

/// <summary>A stream whose bytes are made from the bytes of another one, for example by decompression.</summary>
internal interface IDerivedStream
{
    /// <summary>Bytes read from the other stream.</summary>
    long SourcePosition { get; }
}
