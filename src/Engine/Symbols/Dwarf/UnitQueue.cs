using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Distributes the units of a file to threads, and counts the damaged ones.</summary>
internal sealed class UnitQueue(DwarfFile dwarf)
{
    /// <summary>The bytes of .debug_info that are taken at once, if the first unit is not larger.</summary>
    public const int ChunkSize = 1 << 20;

    private const int MaxDamagedUnits = 1000;

    private int _next;
    private int _damaged;
    private string? _firstDamage;

    /// <summary>Units that could not be read to their end.</summary>
    public int DamagedUnits => _damaged;

    /// <summary>The damage of the first of them.</summary>
    public string? FirstDamage => _firstDamage;

    /// <summary>Whether so many units are damaged that the rest is not worth reading.</summary>
    public bool IsTooDamaged => _damaged > 0 && (_damaged >= MaxDamagedUnits || _damaged == dwarf.Units.Count);

    /// <summary>Takes the next units, about <see cref="ChunkSize"/> bytes of them.</summary>
    /// <param name="first">The first unit.</param>
    /// <param name="end">The unit after the last.</param>
    /// <returns>Whether any unit was left.</returns>
    public bool TryTake(out int first, out int end)
    {
        var units = dwarf.Units;
        do
        {
            first = end = Volatile.Read(ref _next);
            if (first >= units.Count) return false;
            end++;
            while (end < units.Count && units[end].End - units[first].Offset <= ChunkSize) end++;
        }
        while (Interlocked.CompareExchange(ref _next, end, first) != first);
        return true;
    }

    /// <summary>Counts a damaged unit. After too many, no further units are distributed.</summary>
    /// <param name="unit">The offset of the unit in .debug_info.</param>
    /// <param name="damage">The damage.</param>
    public void AddDamage(long unit, DamagedException damage)
    {
        var damaged = Interlocked.Increment(ref _damaged);
        if (damaged == 1) _firstDamage = $"{damage.Message} (unit at byte {unit} of .debug_info)";
        if (damaged >= MaxDamagedUnits) Volatile.Write(ref _next, dwarf.Units.Count);
    }
}
