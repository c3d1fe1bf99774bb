namespace KernelMagnifier.Traces.Formats;

/// <summary>How the bytes of a field are to be read.</summary>
internal enum FieldShape
{
    /// <summary>A number of 1, 2, 4 or 8 bytes.</summary>
    Number,

    /// <summary>Text up to its null byte (<c>char name[16]</c>).</summary>
    Text,

    /// <summary>Elements of one size. A structure is an array of bytes.</summary>
    Array,
}
