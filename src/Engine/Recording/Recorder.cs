using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>Starts recordings of the running kernel.</summary>
internal static class Recorder
{
    private const long KernelDefaultBuffer = 1408 * 1024, LargestDefaultBuffer = 16L << 20;
    private const int PageSize = 4096;

    /// <summary>
    /// Starts a recording. The request is checked completely before anything on the machine is changed; if a later step fails,
    /// all changes are undone before the error is thrown. Recordings whose recorder was killed are undone and completed first.
    /// </summary>
    /// <param name="request">What to record.</param>
    /// <param name="workingDirectory">The directory in which the command runs and to which relative paths refer; null for the
    /// current directory of the process.</param>
    /// <exception cref="KernelMagnifierException">The recording cannot be started.</exception>
    public static RecordingSession Start(RecordingRequest request, string? workingDirectory = null)
        => RecordingSetup.Start(request, workingDirectory, StateDirectory.Candidates);

    /// <summary>
    /// Drops the capabilities that recording does not need, for a process that does nothing else. Those that are left let root
    /// read and write files of other users, see all tasks, read kernel addresses and enlarge pipes. Call it before the first
    /// thread is started, because a thread inherits the capabilities of the thread that starts it. With
    /// <see cref="RecordingRequest.DedicatedProcess"/> more are dropped once the recording runs: all of the threads that drain
    /// the buffers, and the thread that ends the recording cannot regain any.
    /// </summary>
    /// <remarks>If a seccomp filter forbids it, nothing is dropped. A recorded command has its user's rights in any
    /// case.</remarks>
    public static void DropCapabilities()
    {
        if (Capabilities.Keep(Capabilities.ToBegin, permanently: false) == 0)
            Capabilities.KeepInFinalizerThread(Capabilities.ToBegin);
    }

    /// <summary>
    /// The default buffer size in bytes per CPU: large, but for all CPUs together at most a sixteenth of the available memory.
    /// </summary>
    internal static long DefaultBufferSize(int cpus)
    {
        var share = (KernelFacts.AvailableMemory ?? 0) / 16 / Math.Max(cpus, 1);
        return Math.Clamp(share, KernelDefaultBuffer, LargestDefaultBuffer) / PageSize * PageSize;
    }
}
