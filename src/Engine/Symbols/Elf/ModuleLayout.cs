namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// Assigns addresses to the code sections of a module as the kernel's loader does (kernel/module/main.c, layout_sections): core
/// code first, init code in a region of its own, each section aligned as its header requires, in the order of the headers. Both
/// regions start at 0 here and at a page when loaded, so that the lowest 12 bits of an address in a recording and of one computed
/// here agree.
/// </summary>
internal static class ModuleLayout
{
    // Far from core code, or core and init code would share addresses.
    private const ulong InitStart = 1UL << 40;

    public static void Apply(IReadOnlyList<ElfSection> sections)
    {
        Place(sections, isInit: false, 0);
        Place(sections, isInit: true, InitStart);
    }

    private static void Place(IReadOnlyList<ElfSection> sections, bool isInit, ulong address)
    {
        foreach (var section in sections)
        {
            if (!section.IsCode || section.IsInit != isInit) continue;
            var align = section.Align is > 1 and <= 1 << 20 && ulong.IsPow2(section.Align) ? section.Align : 1;
            address = (address + align - 1) & ~(align - 1);
            section.Address = address;
            address += (ulong)Math.Max(section.Size, 0);
        }
    }
}
