using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Native;
using KernelMagnifier.Text;

namespace KernelMagnifier.Recording;

/// <summary>
/// From a request to a running recording: look, choose, note in the journal, change, start; and all of it back when a step fails.
/// </summary>
internal sealed class RecordingSetup : IDisposable
{
    private readonly RecordingRequest _asked;
    private readonly TraceFs _top;
    private readonly HostReport _host;
    private readonly IReadOnlyList<string> _places;
    private readonly OutputPlace _place;
    private readonly List<int> _files = [];
    private readonly List<string> _warnings = [];
    private Journal? _journal;
    private Settings? _settings;
    private RecordingPlan? _plan;
    private TargetCommand? _command;
    private TraceFs? _instance;
    private int _metadata = -1;
    private ExitGuard? _guard;
    private bool _handedOver;

    private RecordingSetup(RecordingRequest asked, TraceFs top, HostReport host, IReadOnlyList<string> places, OutputPlace place)
        => (_asked, _top, _host, _places, _place) = (asked, top, host, places, place);

    /// <summary>Starts a recording.</summary>
    public static RecordingSession Start(RecordingRequest asked, string? workingDirectory, IReadOnlyList<string> places)
    {
        var host = HostReport.Inspect();
        if (host.Problems.FirstOrDefault(p => p.IsFatal) is { } problem) throw new RecordingException(problem.Code, problem.Message);
        var top = new TraceFs(host.TraceFs!);
        var path = Path.GetFullPath(asked.Path, workingDirectory ?? Environment.CurrentDirectory);
        CheckValues(asked, host);
        var program = asked.Command is { } name ? TargetCommand.Find(name.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(name, workingDirectory ?? Environment.CurrentDirectory) : name) : null;
        var threads = asked.ProcessId.SelectMany(ThreadsOf).ToList();
        var cpus = CheckCpus(asked.Cpu, host.OnlineCpus);
        var functions = asked.EffectiveTracer == RecordingTracer.None ? null : FunctionSet.Read(top, asked.SourceResolver is not null);
        var chosen = functions?.Choose(asked);
        var excludedOnly = asked.Function.Count + asked.Module.Count + asked.SourcePath.Count == 0 && chosen is not null;
        var roots = asked.GraphRoot.Count == 0 ? null : functions!.Pick(asked.GraphRoot);
        var events = EventSet.Choose(top, asked.Event);
        var place = OutputPlace.Open(path);
        try
        {
            if (place.Free < asked.MinFree)
                throw new RecordingException(ErrorCode.DiskFull, $"{place.Directory} has {Sizes.Show(place.Free)} free, less than the {Sizes.Show(asked.MinFree)} that are to stay free. Make room, write elsewhere, or allow less (MinFree).");
            using var setup = new RecordingSetup(asked, top, host, places, place);
            // Only now, when nothing is wrong with what was asked, is anything done.
            var (recovered, problems) = LeftOvers.Recover(places, top);
            setup._warnings.AddRange(problems);
            var session = setup.Run(path, program, workingDirectory, threads, cpus, functions, chosen, excludedOnly, roots, events);
            session.Recovered = recovered;
            return session;
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static void CheckValues(RecordingRequest asked, HostReport host)
    {
        static RecordingException Bad(string message) => new(ErrorCode.BadRequest, message);

        if (asked.Duration is { } duration && duration <= TimeSpan.Zero) throw Bad("The duration must be more than nothing.");
        if (asked.MaxSize is <= 0) throw Bad("The largest size must be more than nothing.");
        if (asked.MinFree < 0) throw Bad("The space to stay free cannot be negative.");
        if (asked.BufferSize is < 4096) throw Bad("The buffer must hold at least one page of 4096 bytes per CPU.");
        if (asked.MaxDepth < 0) throw Bad("The depth cannot be negative.");
        if (asked.Compress && asked.Format == RecordingFormat.Text) throw Bad("Only a trace.dat can be packed. Leave one out: the format Text or Compress.");
        if (asked.Compress && !System.Runtime.InteropServices.NativeLibrary.TryLoad("libzstd.so.1", out _)) throw Bad("libzstd.so.1 is needed to pack and is not on this machine. Install it: apt-get install libzstd1");
        if (asked.ArgumentList.Count > 0 && asked.Command is null) throw Bad("Arguments were given but no command to give them to.");
        if (asked.GraphRoot.Count > 0 && asked.EffectiveTracer != RecordingTracer.FunctionGraph) throw Bad("A graph root belongs to the tracer FunctionGraph. Ask for that tracer, or filter by function.");
        if (asked.MaxDepth > 0 && asked.EffectiveTracer != RecordingTracer.FunctionGraph) throw Bad("A depth belongs to the tracer FunctionGraph. Ask for that tracer.");
        if (asked.EffectiveTracer == RecordingTracer.None && asked.Event.Count == 0) throw Bad("Neither a tracer nor an event was asked for: nothing would be recorded.");
        if (asked.EffectiveTracer == RecordingTracer.None && asked.Function.Count + asked.Module.Count + asked.SourcePath.Count > 0) throw Bad("Functions were chosen, but the tracer None records events only. Ask for the tracer Function or FunctionGraph.");
        if (Name(asked.EffectiveTracer) is { } tracer && !host.Tracers.Contains(tracer)) throw new RecordingException(ErrorCode.TracerNotBuiltIn, HostReport.NotBuiltIn(tracer, host.Tracers));
        if (!host.Clocks.Contains(asked.EffectiveClock)) throw new RecordingException(ErrorCode.BadSetting, $"This kernel has no trace clock '{asked.EffectiveClock}'. It has: {string.Join(' ', host.Clocks)}.");
    }

    private static string? Name(RecordingTracer tracer) => tracer switch { RecordingTracer.Function => "function", RecordingTracer.FunctionGraph => "function_graph", _ => null };

    private static List<int> ThreadsOf(int process)
        => CommandLines.Tasks(process) is { Count: > 0 } tasks ? tasks
            : throw new RecordingException(ErrorCode.NoSuchProcess, $"No process has the pid {process}: it has ended, or lives in another pid namespace. pgrep finds pids by name.");

    private static IReadOnlyList<int> CheckCpus(IReadOnlyList<int> asked, IReadOnlyList<int> online)
    {
        foreach (var cpu in asked)
        {
            if (online.Contains(cpu)) continue;
            throw cpu >= 0 && cpu < KernelFacts.PossibleCpus && Directory.Exists($"/sys/devices/system/cpu/cpu{cpu}")
                ? new RecordingException(ErrorCode.CpuOffline, $"CPU {cpu} is offline. Switch it on (echo 1 > /sys/devices/system/cpu/cpu{cpu}/online), or leave it out; online are {CpuList.ToList(online)}.")
                : new RecordingException(ErrorCode.NoSuchCpu, $"This machine has no CPU {cpu}; online are {CpuList.ToList(online)}.");
        }
        return asked.Count > 0 ? [.. asked.Distinct().Order()] : online;
    }

    private RecordingSession Run(string path, string? program, string? workingDirectory, List<int> threads, IReadOnlyList<int> cpus,
        FunctionSet? functions, List<TraceableFunction>? chosen, bool excludedOnly, HashSet<int>? roots, List<ChosenEvent> events)
    {
        var state = StateDirectory.Make(_places);
        var name = string.Create(CultureInfo.InvariantCulture, $"{LeftOvers.InstancePrefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");
        var own = MakeInstance(name);
        var tracing = own ? _instance! : _top;
        if (!own) RequireTopLevelFree();
        var pageSize = PageSize(tracing);
        IReadOnlyList<CpuPart> parts = _asked.Format == RecordingFormat.Text
            ? [new CpuPart(-1, _place.NameOf("part"), 0)]
            : [.. cpus.Select((cpu, i) => new CpuPart(cpu, _place.NameOf(i == 0 ? "part" : $"cpu{cpu}"), i == 0 ? TraceDatWriter.DataStart(pageSize) : 0))];
        _plan = new RecordingPlan
        {
            Boot = RecordingPlan.ThisBoot,
            Recorder = Environment.ProcessId,
            Started = DateTimeOffset.Now,
            TraceFs = _top.Directory,
            Instance = own ? name : "",
            Output = path,
            Format = _asked.Format,
            Tracer = _asked.EffectiveTracer,
            Clock = _asked.EffectiveClock,
            PageSize = pageSize,
            Asked = Recorder.Describe(_asked),
            Parts = parts,
            Metadata = _asked.Format == RecordingFormat.Text ? "" : _place.NameOf("kernel"),
            Reserve = _asked.Format == RecordingFormat.Text ? "" : _place.NameOf("reserve"),
        };
        _guard = new ExitGuard();
        _journal = Journal.Create(state, name, _plan);
        _settings = new Settings(_journal.Note);
        foreach (var part in parts)
        {
            _files.Add(_place.Create(part.File));
            _ = LibC.Seek(_files[^1], part.Start, 0);
        }
        if (_plan.Metadata.Length > 0)
        {
            _metadata = _place.Create(_plan.Metadata);
            long written;
            try
            {
                using var kernel = OutputPlace.Stream(LibC.Duplicate(_metadata));
                TraceDatWriter.WriteKernel(kernel, _top, tracing, events);
                kernel.Flush();
                written = kernel.Length;
            }
            catch (IOException e)
            {
                throw NoRoom(e);
            }
            // A full disk must leave room to complete the file: for what was just written once more, and for joining the parts.
            var reserve = _place.Create(_plan.Reserve);
            var full = !LibC.Reserve(reserve, written + PartJoiner.Piece + (1 << 20)) && LibC.Error is LibC.NoSpace or LibC.QuotaFull;
            _ = LibC.Close(reserve);
            if (full) throw NoRoom(null);
        }

        void Set(string file, string value, SettingKind kind = SettingKind.Value) => _settings.Set(tracing, own, file, value, kind);
        bool TrySet(string file, string value, SettingKind kind = SettingKind.Value) => tracing.Has(file) && _settings.TrySet(tracing, own, file, value, kind) == 0;

        if (own && _top.TryRead("buffer_size_kb") is { } size && size.Contains("expanded", StringComparison.Ordinal)) _settings.Watch(_top, "buffer_size_kb");
        Set("tracing_on", "0");
        Set("trace_clock", _asked.EffectiveClock);
        var bufferSize = _asked.BufferSize ?? Recorder.DefaultBufferSize(cpus.Count);
        SetBuffer(tracing, own, bufferSize);
        SetOption(tracing, own, "overwrite", true);
        SetOption(tracing, own, "irq-info", true);
        if (_asked.Cpu.Count > 0) Set("tracing_cpumask", CpuList.ToMask(cpus));
        if (_plan.Tracer != RecordingTracer.None)
        {
            if (chosen is not null && !excludedOnly) SetFunctions(tracing, own, "set_ftrace_filter", chosen);
            else if (!own) Set("set_ftrace_filter", "", SettingKind.Functions);
            if (excludedOnly)
            {
                var kept = chosen!.Select(f => f.Index).ToHashSet();
                SetFunctions(tracing, own, "set_ftrace_notrace", [.. functions!.All.Where(f => !kept.Contains(f.Index))]);
            }
            else if (!own)
            {
                Set("set_ftrace_notrace", "", SettingKind.Functions);
            }
        }
        if (program is not null)
        {
            _command = TargetCommand.Hold(program, _asked.ArgumentList, state, workingDirectory);
            _journal.NoteHeld(_command.ProcessId, TargetCommand.StartedAt(_command.ProcessId));
            threads.Add(_command.ProcessId);
        }
        var excludeSelf = false;
        if (threads.Count > 0)
        {
            SetOption(tracing, own, "function-fork", true);
            SetOption(tracing, own, "event-fork", true);
            var pids = string.Join('\n', threads) + "\n";
            if (_plan.Tracer != RecordingTracer.None) Set("set_ftrace_pid", pids, SettingKind.Words);
            if (events.Count > 0) Set("set_event_pid", pids, SettingKind.Words);
        }
        else if (!_asked.IncludeSelf)
        {
            var pids = string.Join('\n', CommandLines.Tasks(Environment.ProcessId)) + "\n";
            // Before 5.7 the kernel has no such list, and the recorder stays in its own recording.
            if (_asked.DedicatedProcess)
            {
                SetOption(tracing, own, "function-fork", true);
                SetOption(tracing, own, "event-fork", true);
            }
            excludeSelf = (_plan.Tracer != RecordingTracer.None && TrySet("set_ftrace_notrace_pid", pids, SettingKind.Words))
                | (events.Count > 0 && TrySet("set_event_notrace_pid", pids, SettingKind.Words));
        }
        if (_plan.Tracer == RecordingTracer.FunctionGraph)
        {
            // These two are the kernel's as a whole, whoever uses the tracer.
            if (roots is not null) SetFunctions(Holder(tracing, "set_graph_function"), own && tracing.Has("set_graph_function"), "set_graph_function", [.. functions!.All.Where(f => roots.Contains(f.Index))]);
            if (_asked.MaxDepth > 0) _settings.Set(Holder(tracing, "max_graph_depth"), own && tracing.Has("max_graph_depth"), "max_graph_depth", _asked.MaxDepth.ToString(CultureInfo.InvariantCulture));
        }
        EnableEvents(tracing, own, events);

        var session = new RecordingSession(_asked, _plan, _top, tracing, _settings, _journal, _place, _files, _metadata, events, _command, chosen?.Count, excludeSelf, _guard, _warnings);
        try
        {
            if (Name(_plan.Tracer) is { } tracer)
            {
                var error = _settings.TrySet(tracing, own, "current_tracer", tracer);
                if (error == LibC.Busy) throw new RecordingException(ErrorCode.TracerInUse, $"The kernel does not let '{tracer}' run now: somebody else is using it. See who reads or traces (current_tracer in {_top.Directory} and its instances), wait, or stop them.");
                if (error != 0) throw Settings.Refused(tracing, "current_tracer", tracer, error);
            }
            foreach (var option in _asked.TraceOption)
            {
                var on = !option.StartsWith("no", StringComparison.Ordinal) || HasOption(tracing, option);
                SetOption(tracing, own, on ? option : option[2..], on, must: true);
            }
            session.Begin();
        }
        catch
        {
            session.Abandon();
            throw;
        }
        _handedOver = true;
        return session;
    }

    /// <summary>Makes an instance of our own, if this kernel lets the tracer run in one: its list of tracers tells.</summary>
    private bool MakeInstance(string name)
    {
        if (!_host.Instances) return false;
        var instance = _top.Instance(name);
        if (LibC.MakeDirectory(instance.Directory, 0x1C0) != 0)
        {
            if (LibC.Error == LibC.NoMemory) throw new RecordingException(ErrorCode.BufferTooLarge, "The kernel has no memory for an instance of its tracing. Free some memory.");
            return false;
        }
        var tracers = (instance.TryRead("available_tracers") ?? "").Split(' ');
        if (Name(_asked.EffectiveTracer) is not { } tracer || tracers.Contains(tracer))
        {
            _instance = instance;
            return true;
        }
        LeftOvers.RemoveInstance(instance);
        return false;
    }

    /// <summary>The top level is everybody's: it is used only when nobody is using it.</summary>
    private void RequireTopLevelFree()
    {
        var tracer = Name(_asked.EffectiveTracer);
        var current = _top.TryRead("current_tracer") ?? "nop";
        string Why(string what) => $"{what} On this kernel the tracer '{tracer}' runs only at the top level of tracefs, which cannot be shared.";
        if (current != "nop")
            throw new RecordingException(ErrorCode.TracerInUse, $"{Why($"Somebody uses the tracer '{current}'.")} Wait until they are done; if it was left behind, end it: echo nop > {_top["current_tracer"]}.");
        if (_top.TryRead("set_event") is { Length: > 0 } events)
            throw new RecordingException(ErrorCode.TracerInUse, $"{Why($"Somebody records events ({string.Join(", ", events.Split('\n').Take(3))}).")} Wait until they are done; if they were left on, switch them off: echo > {_top["set_event"]}.");
        if (!_asked.Force && _top.Directories("per_cpu").Sum(cpu => CpuCounts.Parse(_top.TryRead($"per_cpu/{cpu}/stats") ?? "").Entries) is > 0 and var unread)
            throw new RecordingException(ErrorCode.TracerInUse, $"{Why($"Its buffer holds {unread} events that somebody recorded and nobody has read.")} Read them ({_top["trace"]}), or discard them with Force.");
    }

    private RecordingException NoRoom(IOException? cause)
        => new(ErrorCode.DiskFull, $"{_place.Directory} has no room for the names and formats that every recording carries, some {Sizes.Show(32 << 20)} with what is needed to join it. Make room, or write elsewhere.", cause);

    private static int PageSize(TraceFs tracing)
    {
        // The page's description ends with the data: where it begins and how long it is make the size of a sub-buffer.
        var header = tracing.TryRead("events/header_page") ?? "";
        var data = header.Split('\n').FirstOrDefault(l => l.Contains("char data;", StringComparison.Ordinal));
        if (data is null) return Environment.SystemPageSize;
        static int Value(string line, string name)
        {
            var at = line.IndexOf(name + ":", StringComparison.Ordinal) + name.Length + 1;
            var end = line.IndexOf(';', at);
            return int.TryParse(line.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        }
        var size = Value(data, "offset") + Value(data, "size");
        return size >= 4096 && size <= 1 << 20 ? size : Environment.SystemPageSize;
    }

    private void SetBuffer(TraceFs tracing, bool own, long bytes)
    {
        var kilobytes = (bytes / 1024).ToString(CultureInfo.InvariantCulture);
        var error = _settings!.TrySet(tracing, own, "buffer_size_kb", kilobytes);
        if (error == LibC.NoMemory)
            throw new RecordingException(ErrorCode.BufferTooLarge, $"The kernel has no memory for a buffer of {Sizes.Show(bytes)} per CPU ({_host.OnlineCpus.Count} CPUs, {Sizes.Show(KernelFacts.AvailableMemory)} available). Ask for a smaller one (BufferSize).");
        if (error != 0) throw Settings.Refused(tracing, "buffer_size_kb", kilobytes, error);
    }

    private bool HasOption(TraceFs tracing, string name) => tracing.Has("options/" + name) || _top.Has("options/" + name);

    private void SetOption(TraceFs tracing, bool own, string name, bool on, bool must = false)
    {
        var file = "options/" + name;
        var holder = Holder(tracing, file);
        if (!holder.Has(file))
        {
            if (!must) return;
            var there = Directory.Exists(_top["options"]) ? Directory.EnumerateFiles(_top["options"]).Select(f => Path.GetFileName(f)!) : [];
            throw new RecordingException(ErrorCode.BadSetting, $"This kernel has no trace option '{name}'.{Nearest.Suggest(name, there)} The folder options in tracefs lists them.");
        }
        var error = _settings!.TrySet(holder, own && ReferenceEquals(holder, tracing), file, on ? "1" : "0");
        if (error != 0 && must) throw Settings.Refused(holder, file, on ? "1" : "0", error);
    }

    private TraceFs Holder(TraceFs tracing, string file) => tracing.Has(file) ? tracing : _top;

    /// <summary>Hands functions to the kernel and looks whether it understood the same: a module may have come or gone in between.</summary>
    private void SetFunctions(TraceFs at, bool own, string file, List<TraceableFunction> functions)
    {
        // Where a graph starts, the kernel takes names only (kernel: kernel/trace/ftrace.c, ftrace_graph_set_hash).
        _settings!.Set(at, own, file, file == "set_graph_function" ? FunctionSet.ToNames(functions) : FunctionSet.ToIndices(functions), SettingKind.Functions);
        var got = FunctionSet.Parse(at.TryReadBytes(file) ?? [], false).Where(f => !f.Name.StartsWith('#')).Select(f => f.Name).Order(StringComparer.Ordinal);
        if (!got.SequenceEqual(functions.Select(f => f.Name).Order(StringComparer.Ordinal)))
            throw new RecordingException(ErrorCode.BadSetting, $"{at[file]} does not hold the {functions.Count} functions it was given: a module was loaded or unloaded at that moment. Everything was put back; try again.");
    }

    private void EnableEvents(TraceFs tracing, bool own, List<ChosenEvent> events)
    {
        foreach (var e in events.Where(e => e.Filter is not null))
        {
            if (_settings!.TrySet(tracing, own, e.Folder + "/filter", e.Filter!) is 0) continue;
            var said = (tracing.TryRead("error_log") ?? tracing.TryRead(e.Folder + "/filter") ?? "").Split('\n').LastOrDefault(l => l.Contains("error:", StringComparison.Ordinal))?.Split("error:")[^1].Trim();
            var fields = (_top.TryRead(e.Folder + "/format") ?? "").Split('\n').Where(l => l.StartsWith("\tfield:", StringComparison.Ordinal) && !l.Contains(" common_", StringComparison.Ordinal))
                .Select(l => l.Split(';')[0].Split(' ')[^1].Split('[')[0]);
            throw new RecordingException(ErrorCode.BadFilter, $"The kernel refused the filter '{e.Filter}' for {e.System}:{e.Name}{(said is null ? "" : $": {said}")}. Its fields are: {string.Join(", ", fields)}. Everything was put back.");
        }
        foreach (var e in events) _settings!.Set(tracing, own, e.Folder + "/enable", "1");
    }

    /// <summary>Undoes everything, unless a session took over.</summary>
    public void Dispose()
    {
        if (_handedOver) return;
        _command?.Dispose();
        _settings?.Restore();
        if (_instance is not null) LeftOvers.RemoveInstance(_instance);
        foreach (var file in _files) _ = LibC.Close(file);
        if (_metadata >= 0) _ = LibC.Close(_metadata);
        if (_plan is not null)
        {
            foreach (var part in _plan.Parts) _place.Delete(part.File);
            _place.Delete(_plan.Metadata);
            _place.Delete(_plan.Reserve);
        }
        _journal?.Remove();
        _journal?.Dispose();
        _guard?.Dispose();
    }
}
