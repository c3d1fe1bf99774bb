namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>One attribute of an abbreviation.</summary>
internal struct AttributeForm
{
    public Attr Attr;
    public Form Form;
    public long Implicit;
}
