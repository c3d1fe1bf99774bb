using System.Buffers;
using System.Collections.Immutable;

namespace KernelMagnifier.Model;

/// <summary>A kernel function: its name, its module and, from a symbol map, its source.</summary>
internal sealed class FunctionSymbol
{
    /// <summary>A function that the recording does not name.</summary>
    public static readonly FunctionSymbol Unknown = new(0, "", null, null, []);

    private const int BytesOfLocation = 16;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF");

    /// <summary>
    /// The name of the function that stands for those beyond the <see cref="StateBudget"/>. No function of a recording gets it.
    /// </summary>
    public const string OthersName = "(other functions)";

    private bool _severalAddresses;
    private string? _sourceFiles;

    internal FunctionSymbol(int id, string name, string? module, ulong? address, ImmutableArray<SourceLocation> sources)
        => (Id, Name, Module, Address, Sources) = (id, name, module, address, sources);

    /// <summary>The id of the function in its <see cref="CallNames"/>.</summary>
    public int Id { get; }

    /// <summary>
    /// The symbol's name in the kernel, with the suffix that the compiler added (<c>finish_task_switch.isra.0</c>); empty for
    /// <see cref="Unknown"/>.
    /// </summary>
    public string Name { get; }

    /// <summary>Whether the name is an address.</summary>
    public bool IsAddress => Name.StartsWith("0x", StringComparison.Ordinal) && Name.Length > 2
        && Name.AsSpan(2).IndexOfAnyExcept(Hexadecimal) < 0;

    /// <summary>Whether it stands for the functions beyond the <see cref="StateBudget"/>.</summary>
    public bool IsOthers { get; init; }

    /// <summary>The name; null for <see cref="Unknown"/>.</summary>
    public string? KnownName => Name.Length == 0 ? null : Name;

    /// <summary>The module, such as <c>ext4</c>; null if the function is built into the kernel.</summary>
    public string? Module { get; }

    /// <summary>
    /// The start address of the function in the recorded kernel; null if the recording contains none, or several for this name.
    /// </summary>
    public ulong? Address { get; private set; }

    /// <summary>
    /// All source locations of this function in the symbol map. If several functions have this name and the recording does not
    /// contain which of them ran, all their locations are listed; none is guessed.
    /// </summary>
    public ImmutableArray<SourceLocation> Sources { get; }

    /// <summary>The source file, or all candidates joined by <c> | </c>; null if not known.</summary>
    public string? SourceFile => Sources.IsDefaultOrEmpty ? null
        : Sources.Length == 1 ? Sources[0].File
        : _sourceFiles ??= string.Join(" | ", Sources.Select(s => s.File).Distinct());

    /// <summary>What the name and the candidates for its source take of <see cref="StateBudget.NameBytes"/>.</summary>
    internal static int CharactersOf(string name, string? module, ImmutableArray<SourceLocation> sources)
    {
        var characters = name.Length + (module?.Length ?? 0);
        // One location is a reference to the text of the map. Of several, there is a list, and a text of all of them.
        if (!sources.IsDefault && sources.Length > 1)
            foreach (var source in sources)
                characters += source.File.Length + BytesOfLocation;
        return characters;
    }

    /// <summary>The source line; null if not known or if there are several candidates.</summary>
    public int? SourceLine => Sources is [{ Line: > 0 } one] ? one.Line : null;

    /// <summary>
    /// Records a start address of the function. After a second, different address, <see cref="Address"/> is null.
    /// </summary>
    internal void AddAddress(ulong address)
    {
        if (_severalAddresses || Address == address) return;
        _severalAddresses = Address is not null;
        Address = _severalAddresses ? null : address;
    }

    /// <inheritdoc/>
    public override string ToString() => Module is null ? Name : $"{Name} [{Module}]";
}
