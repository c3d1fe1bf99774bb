namespace KernelMagnifier.Traces.Formats;

/// <summary>Where the bytes of a field are.</summary>
internal enum FieldPlace
{
    /// <summary>At the field's offset.</summary>
    Fixed,

    /// <summary>From the field's offset to the end of the record (<c>char buf[]</c>).</summary>
    Rest,

    /// <summary><c>__data_loc</c>: the field has the offset in the record and the length.</summary>
    Located,

    /// <summary><c>__rel_loc</c>: the same, with the offset counted from the end of the field.</summary>
    LocatedFromHere,
}
