namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The attributes of a function's entry, and of the entries that it refers to.</summary>
internal struct FunctionEntry
{
    public StringPlace Name;
    public StringPlace LinkageName;

    /// <summary>The file number of the declaration in <see cref="FileUnit"/>; -1 when unknown.</summary>
    public long DeclFile;

    /// <summary>The line of the declaration; 0 when unknown.</summary>
    public int DeclLine;
    public bool HasLow;
    public ulong Low;
    public bool HasHigh;

    /// <summary>The end of the code, or its size when <see cref="HighIsLength"/>.</summary>
    public ulong High;
    public bool HighIsLength;
    public Form RangesForm;
    public ulong Ranges;

    /// <summary>DW_INL_*.</summary>
    public int Inline;
    public bool IsDeclaration;

    /// <summary>
    /// The form of the reference to another entry (DW_AT_abstract_origin or DW_AT_specification); none when there is no
    /// reference.
    /// </summary>
    public Form OriginForm;
    public ulong Origin;

    /// <summary>The unit that <see cref="DeclFile"/> belongs to.</summary>
    public DwarfUnit? FileUnit;

    public FunctionEntry() => DeclFile = -1;

    public readonly bool HasCode => RangesForm != Form.None || (HasLow && HasHigh);

    /// <summary>DW_INL_inlined and DW_INL_declared_inlined.</summary>
    public readonly bool IsInlined => Inline is 1 or 3;

    /// <summary>Whether the entry refers to another one and lacks attributes that the other one may have.</summary>
    public readonly bool NeedsOrigin
        => OriginForm != Form.None && (Name.IsNone || DeclFile < 0 || DeclLine == 0 || LinkageName.IsNone);

    /// <summary>The name of the symbol.</summary>
    public readonly StringPlace SymbolName => LinkageName.IsNone ? Name : LinkageName;

    /// <summary>
    /// Takes the attributes that are missing here from the entry that this one refers to: the name and the declaration, not the
    /// code.
    /// </summary>
    public void Complete(in FunctionEntry origin)
    {
        if (Name.IsNone) Name = origin.Name;
        if (LinkageName.IsNone) LinkageName = origin.LinkageName;
        if (DeclFile < 0) (DeclFile, FileUnit) = (origin.DeclFile, origin.FileUnit);
        if (DeclLine == 0) DeclLine = origin.DeclLine;
        (OriginForm, Origin) = (origin.OriginForm, origin.Origin);
    }
}
