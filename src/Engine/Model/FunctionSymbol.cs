using System.Collections.Immutable;

namespace KernelMagnifier.Model;

/// <summary>A kernel function: its name, the module it lives in, and, through a symbol map, its source.</summary>
public sealed class FunctionSymbol
{
    /// <summary>What stands for a caller the recording does not name.</summary>
    public static readonly FunctionSymbol Unknown = new(0, "", null, null, []);

    private bool _severalAddresses;

    internal FunctionSymbol(int id, string name, string? module, ulong? address, ImmutableArray<SourceLocation> sources)
        => (Id, Name, Module, Address, Sources) = (id, name, module, address, sources);

    /// <summary>The function's id in the <see cref="CallNames"/> it came from.</summary>
    public int Id { get; }

    /// <summary>The name as the kernel knows it, compiler suffix included (<c>finish_task_switch.isra.0</c>); empty for <see cref="Unknown"/>.</summary>
    public string Name { get; }

    /// <summary>The module, such as <c>ext4</c>; null for the kernel's core.</summary>
    public string? Module { get; }

    /// <summary>Where the function starts in the recorded kernel, when the recording tells and it is one place.</summary>
    public ulong? Address { get; private set; }

    /// <summary>
    /// Every place the symbol map knows for this function. More than one means that several functions share the name
    /// and the recording does not tell which one ran: the ambiguity is shown, never guessed.
    /// </summary>
    public ImmutableArray<SourceLocation> Sources { get; }

    /// <summary>The source file, or all candidates joined by <c> | </c>; null when not known.</summary>
    public string? SourceFile => Sources.IsDefaultOrEmpty ? null
        : Sources.Length == 1 ? Sources[0].File
        : string.Join(" | ", Sources.Select(s => s.File).Distinct());

    /// <summary>The source line when it is known and only one; otherwise null.</summary>
    public int? SourceLine => Sources is [{ Line: > 0 } one] ? one.Line : null;

    /// <summary>Notes that the recording has the function at an address; at a second one, neither is told.</summary>
    internal void Meet(ulong address)
    {
        if (_severalAddresses || Address == address) return;
        _severalAddresses = Address is not null;
        Address = _severalAddresses ? null : address;
    }

    /// <inheritdoc/>
    public override string ToString() => Module is null ? Name : $"{Name} [{Module}]";
}
