using KernelMagnifier.Compression;
using KernelMagnifier.Files;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Reads kept output, compressed with gzip or zstd or not: that of <c>bpftrace -f json</c>, or the results that
/// <c>kernel-magnifier probe run --json</c> wrote, one on a line.
/// </summary>
internal static class ProbeLog
{
    private const int BlockSize = 1 << 16;

    private static readonly InputKind Kind = new(
        "probe log", ErrorCode.ProbeOutputUnreadable, ErrorCode.ProbeOutputUnreadable, ErrorCode.ProbeOutputUnreadable);

    /// <summary>Reads a file to its end.</summary>
    /// <param name="path">The file; <c>-</c> is standard input.</param>
    /// <param name="manifest">What the probe declares; null if it is not known.</param>
    /// <param name="write">Takes each result.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>What was wrong.</returns>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeOutputUnreadable"/>: the file cannot be
    /// read.</exception>
    public static OutputFindings Read(string path, ProbeManifest? manifest, Action<ProbeResult> write, CancellationToken cancel)
    {
        var reader = new ProbeOutputReader(manifest, write);
        var lines = new OutputLines();
        using var file = InputFile.Open(path, Kind, cancel: cancel);
        try
        {
            using var stream = file.OpenStream();
            var block = new byte[BlockSize];
            for (int read; (read = stream.Read(block)) > 0;)
            {
                cancel.ThrowIfCancellationRequested();
                lines.Add(block.AsSpan(0, read), reader);
            }
        }
        catch (InvalidDataException error)
        {
            reader.Findings.Damage = error.Message;
        }
        catch (IOException error)
        {
            throw new KernelMagnifierException(ErrorCode.ProbeOutputUnreadable, path, $"{OutputFile.Cause(error)}.", null, error);
        }
        lines.Finish(reader);
        reader.Finish();
        return reader.Findings;
    }
}
