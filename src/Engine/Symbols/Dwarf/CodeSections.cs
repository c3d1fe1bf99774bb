using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The address ranges of the code sections of a file.</summary>
internal sealed class CodeSections(ElfFile file)
{
    private readonly (ulong Low, ulong High)[] _sections
        = [.. file.Sections.Where(s => s.IsCode && s.Size > 0).Select(s => (s.Address, s.Address + (ulong)s.Size))
            .OrderBy(c => c.Address)];

    /// <summary>
    /// Whether an address is in a code section. The linker leaves addresses outside in entries of functions that it removed.
    /// </summary>
    public bool Contains(ulong address)
    {
        int low = 0, high = _sections.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_sections[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address < _sections[low - 1].High;
    }
}
