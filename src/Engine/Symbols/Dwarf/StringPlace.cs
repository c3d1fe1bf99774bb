using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The location of a string in the debug information.</summary>
/// <param name="Section">The section.</param>
/// <param name="Offset">The offset in the section; for <see cref="StringSection.Inline"/> the number that <see
/// cref="DebugStrings"/> assigned.</param>
internal readonly record struct StringPlace(StringSection Section, ulong Offset) : IHashed
{
    public bool IsNone => Section == StringSection.None;

    /// <inheritdoc/>
    public ulong Hash(in SeededHash with) => with.Of(Offset, (ulong)Section);
}
