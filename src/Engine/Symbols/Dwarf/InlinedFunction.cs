using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>A function that the compiler inlined at least once.</summary>
/// <param name="Name">The function's name.</param>
/// <param name="File">The source file as an index of <see cref="FunctionWalk.Files"/>.</param>
/// <param name="Line">The line of the declaration; 0 when unknown.</param>
internal readonly record struct InlinedFunction(StringPlace Name, int File, int Line) : IHashed
{
    /// <inheritdoc/>
    public ulong Hash(in SeededHash with) => with.Of(Name.Hash(in with), ((ulong)(uint)File << 32) | (uint)Line);
}
