namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The name and form of one attribute in an abbreviation.</summary>
internal struct AttributeForm
{
    public Attr Attribute;
    public Form Form;

    /// <summary>The value, when the form is <see cref="Form.ImplicitConstant"/>.</summary>
    public long ImplicitConstant;
}
