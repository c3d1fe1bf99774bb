using System.Globalization;
using KernelMagnifier.Native;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>Starts recordings of the running kernel.</summary>
public static class Recorder
{
    private const long KernelDefaultBuffer = 1408 * 1024, LargestDefaultBuffer = 16L << 20;

    /// <summary>
    /// Starts a recording. Everything that can be found wrong is found before anything on the machine is changed; what goes wrong after
    /// that is put back before the error is thrown. What killed recorders have left is undone and recovered first.
    /// </summary>
    /// <param name="asked">What to record.</param>
    /// <param name="workingDirectory">Where the command runs, and what relative paths are relative to; null for the process's own.</param>
    /// <exception cref="RecordingException">It cannot be done.</exception>
    public static RecordingSession Start(RecordingRequest asked, string? workingDirectory = null) => RecordingSetup.Start(asked, workingDirectory, StateDirectory.Places);

    /// <summary>
    /// Gives up the capabilities that recording does not need, for a process that does nothing else: what is left lets root read and write
    /// files of other users, see all tasks, read kernel addresses and size pipes. Call it before any thread is started: threads have their
    /// rights from the one that starts them. With <see cref="RecordingRequest.DedicatedProcess"/> still more is given up once recording runs:
    /// the threads that copy the trace keep none, and the one that ends the recording cannot get any back.
    /// </summary>
    /// <remarks>Where that is forbidden (a seccomp filter) the process stays as it is. A command to record has its user's rights all the same.</remarks>
    public static void GiveUpRights()
    {
        if (Capabilities.Keep(Capabilities.ToBegin, false) == 0) Capabilities.KeepInFinalizers(Capabilities.ToBegin);
    }

    /// <summary>Undoes what killed recorders have left and puts their recordings together. Starting a recording does it too.</summary>
    public static IReadOnlyList<RecordingResult> RecoverLeftOvers()
        => LeftOvers.Recover(StateDirectory.Places, TraceFs.Find() is { } place ? new TraceFs(place) : null).Recovered;

    /// <summary>The buffer, in bytes per CPU, when nothing is asked: large, but for all CPUs together no more than a sixteenth of the free memory.</summary>
    internal static long DefaultBufferSize(int cpus)
        => Math.Clamp(KernelFacts.AvailableMemory / 16 / Math.Max(cpus, 1), KernelDefaultBuffer, LargestDefaultBuffer) / 4096 * 4096;

    /// <summary>What was asked, in words, for the journal, the file and the result.</summary>
    internal static string Describe(RecordingRequest asked)
    {
        var words = new List<string> { asked.EffectiveTracer switch { RecordingTracer.Function => "function", RecordingTracer.FunctionGraph => "function_graph", _ => "events" } };
        void List<T>(string name, IReadOnlyList<T> values)
        {
            if (values.Count > 0) words.Add($"{name} {string.Join(",", values)}");
        }
        List("function", asked.Function);
        List("exclude-function", asked.ExcludeFunction);
        List("module", asked.Module);
        List("exclude-module", asked.ExcludeModule);
        List("source-path", asked.SourcePath);
        List("exclude-source-path", asked.ExcludeSourcePath);
        List("graph-root", asked.GraphRoot);
        if (asked.MaxDepth > 0) words.Add(string.Create(CultureInfo.InvariantCulture, $"max-depth {asked.MaxDepth}"));
        List("event", asked.Event);
        List("pid", asked.ProcessId);
        if (asked.Command is { } command) words.Add($"command {string.Join(' ', [command, .. asked.ArgumentList])}");
        if (asked.Cpu.Count > 0) words.Add("cpu " + CpuList.ToList(asked.Cpu));
        if (asked.Duration is { } duration) words.Add(string.Create(CultureInfo.InvariantCulture, $"duration {duration.TotalSeconds:0.###} s"));
        if (asked.MaxSize is { } size) words.Add(string.Create(CultureInfo.InvariantCulture, $"max-size {size}"));
        if (asked.BufferSize is { } buffer) words.Add(string.Create(CultureInfo.InvariantCulture, $"buffer-size {buffer}"));
        if (asked.Overwrite) words.Add("overwrite");
        List("option", asked.TraceOption);
        return string.Join("; ", words);
    }
}
