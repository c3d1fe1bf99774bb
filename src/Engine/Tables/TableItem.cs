namespace KernelMagnifier.Tables;

/// <summary>An object that was read from a row.</summary>
/// <param name="Value">The object.</param>
/// <param name="Host">The machine; null if it is not known.</param>
/// <param name="Recording">The recording; null if it is not known.</param>
internal readonly record struct TableItem<T>(T Value, string? Host, string? Recording);
