using System.Management.Automation.Host;

namespace KernelMagnifier.Cmdlets.Tests.Hosts;

/// <summary>Throws for every property and method of a terminal.</summary>
internal sealed class NoTerminal : PSHostRawUserInterface
{
    public override ConsoleColor BackgroundColor { get => throw Missing; set => throw Missing; }

    public override Size BufferSize { get => throw Missing; set => throw Missing; }

    public override Coordinates CursorPosition { get => throw Missing; set => throw Missing; }

    public override int CursorSize { get => throw Missing; set => throw Missing; }

    public override ConsoleColor ForegroundColor { get => throw Missing; set => throw Missing; }

    public override bool KeyAvailable => throw Missing;

    public override Size MaxPhysicalWindowSize => throw Missing;

    public override Size MaxWindowSize => throw Missing;

    public override Coordinates WindowPosition { get => throw Missing; set => throw Missing; }

    public override Size WindowSize { get => throw Missing; set => throw Missing; }

    public override string WindowTitle { get => throw Missing; set => throw Missing; }

    private static NotSupportedException Missing => new("There is no terminal.");

    public override void FlushInputBuffer() => throw Missing;

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Missing;

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw Missing;

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill)
        => throw Missing;

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Missing;

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw Missing;
}
