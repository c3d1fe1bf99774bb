using KernelMagnifier.Files;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>The text of a <see cref="ReadingThread"/> as a stream.</summary>
internal sealed class ReadingThreadStream(ReadingThread thread) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer) => thread.Read(buffer);
}
