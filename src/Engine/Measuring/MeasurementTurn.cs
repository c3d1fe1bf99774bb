using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Native;
using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>
/// The turn of a measurement: one runs at a time on a machine, and it begins when no recording is made. A recording that begins
/// later is not hindered. The turn ends when it is disposed or the process ends.
/// </summary>
internal sealed class MeasurementTurn : IDisposable
{
    private const string Name = "measurement.lock";
    private const int LongestOwner = 200;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly int _file;

    private MeasurementTurn(int file) => _file = file;

    /// <summary>Waits for the turn.</summary>
    /// <param name="places">The directories of journals.</param>
    /// <param name="wait">How long to wait.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.MeasurementBusy"/>, or
    /// <see cref="ErrorCode.OutputNotWritable"/>.</exception>
    public static MeasurementTurn Take(IReadOnlyList<string> places, TimeSpan wait, CancellationToken cancel)
    {
        var path = Path.Combine(StateDirectory.Create(places), Name);
        var file = FileCalls.Open(path, FileCalls.ReadWrite | FileCalls.CreateFile | FileCalls.NoFollow, FileCalls.OwnerOnly);
        if (file < 0)
            throw new KernelMagnifierException(ErrorCode.OutputNotWritable, path,
                $"the lock of measurements cannot be opened: {Errno.Describe(-file)}.", "Make its directory one of mode 0700.");
        var began = Stopwatch.GetTimestamp();
        try
        {
            while (!FileCalls.TryLock(file)) Pause($"a measurement ({Owner(file)})");
            while (Journal.FindRunning(places).FirstOrDefault(plan => plan.KeepsFile) is { } recording)
                Pause(string.Create(CultureInfo.InvariantCulture,
                    $"a recording to {recording.Output} (pid {recording.Recorder}, since {recording.Started:HH:mm:ss})"));
            Sign(file);
            return new MeasurementTurn(file);
        }
        catch
        {
            _ = FileCalls.Close(file);
            throw;
        }

        void Pause(string what)
        {
            if (Stopwatch.GetElapsedTime(began) >= wait)
                throw new KernelMagnifierException(ErrorCode.MeasurementBusy, null,
                    $"{char.ToUpperInvariant(what[0])}{what[1..]} was not over after {wait.TotalSeconds:0.#} s.",
                    "Measure again when it has ended, or wait longer.");
            if (cancel.WaitHandle.WaitOne(Between)) cancel.ThrowIfCancellationRequested();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FileCalls.Unlock(_file);
        _ = FileCalls.Close(_file);
    }

    private static void Sign(int file)
    {
        _ = FileCalls.SetLength(file, 0);
        _ = FileCalls.Seek(file, 0, FileCalls.FromStart);
        _ = FileCalls.WriteAll(file, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"pid {Environment.ProcessId}, since {DateTimeOffset.Now:HH:mm:ss}")));
    }

    private static string Owner(int file)
    {
        Span<byte> text = stackalloc byte[LongestOwner];
        var n = FileCalls.ReadAt(file, text, 0);
        return n > 0 ? Encoding.UTF8.GetString(text[..n]) : "which has just begun";
    }
}
