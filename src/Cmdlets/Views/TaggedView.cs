using System.Management.Automation;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>A view that a type name selects. Few objects have it: a name of its own makes an object several times as large.</summary>
/// <param name="TypeName">The name; null for the view of the type itself.</param>
internal readonly record struct TaggedView(string? TypeName)
{
    /// <summary>Returns what a cmdlet writes, so that the object is shown in this view.</summary>
    public object Show(object item)
    {
        if (TypeName is null) return item;
        var shown = new PSObject(item);
        shown.TypeNames.Insert(0, TypeName);
        return shown;
    }
}
