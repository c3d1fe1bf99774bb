using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>
/// The names of a recording in a file of its calls, by the ids of its records. Prepared by the thread that writes; afterwards any
/// thread can read them.
/// </summary>
internal sealed class CallTableNames
{
    private readonly TableNames _names = new();
    private readonly TextRef[] _contexts = new TextRef[Enum.GetValues<ExecutionContext>().Length];
    private CallNames? _of;
    private TextRef[] _functions = [], _modules = [], _files = [], _comms = [];
    private int[] _lines = [], _processIds = [], _groupIds = [];
    private int _knownFunctions, _knownTasks;

    /// <summary>The names of functions.</summary>
    public ReadOnlySpan<TextRef> Functions => _functions;

    /// <summary>The modules of functions.</summary>
    public ReadOnlySpan<TextRef> Modules => _modules;

    /// <summary>The source files of functions.</summary>
    public ReadOnlySpan<TextRef> Files => _files;

    /// <summary>The source lines of functions; 0 if not known.</summary>
    public ReadOnlySpan<int> Lines => _lines;

    /// <summary>The names of tasks.</summary>
    public ReadOnlySpan<TextRef> Comms => _comms;

    /// <summary>The pids of tasks; -1 if not known.</summary>
    public ReadOnlySpan<int> ProcessIds => _processIds;

    /// <summary>The thread groups of tasks; -1 if not known.</summary>
    public ReadOnlySpan<int> ThreadGroupIds => _groupIds;

    /// <summary>The names of execution contexts.</summary>
    public ReadOnlySpan<TextRef> Contexts => _contexts;

    /// <summary>Whether a function has a module.</summary>
    public bool HasModules { get; private set; }

    /// <summary>Whether a function has a source file.</summary>
    public bool HasFiles { get; private set; }

    /// <summary>Prepares for records that refer to some names.</summary>
    public void Use(CallNames names)
    {
        if (!ReferenceEquals(_of, names)) (_of, _knownFunctions, _knownTasks) = (names, 0, 0);
        foreach (var context in Enum.GetValues<ExecutionContext>()) _contexts[(int)context] = Text(context.KnownName());
        UseFunctions(names);
        if (names.Tasks.Count is var tasks && _comms.Length < tasks)
        {
            Array.Resize(ref _comms, tasks * 2);
            Array.Resize(ref _processIds, tasks * 2);
            Array.Resize(ref _groupIds, tasks * 2);
        }
        for (; _knownTasks < tasks; _knownTasks++)
        {
            var task = names.Tasks[_knownTasks];
            (_comms[_knownTasks], _processIds[_knownTasks], _groupIds[_knownTasks])
                = (Text(task.KnownComm), task.ProcessId, task.ThreadGroupId ?? -1);
        }
    }

    private void UseFunctions(CallNames names)
    {
        if (names.Functions.Count is var functions && _functions.Length < functions)
        {
            Array.Resize(ref _functions, functions * 2);
            Array.Resize(ref _modules, functions * 2);
            Array.Resize(ref _files, functions * 2);
            Array.Resize(ref _lines, functions * 2);
        }
        for (; _knownFunctions < functions; _knownFunctions++)
        {
            var (function, id) = (names.Functions[_knownFunctions], _knownFunctions);
            (_functions[id], _modules[id], _files[id], _lines[id]) = (Text(function.KnownName), Text(function.Module),
                Text(function.SourceFile), function.SourceLine ?? 0);
            (HasModules, HasFiles) = (HasModules || !_modules[id].IsNull, HasFiles || !_files[id].IsNull);
        }
    }

    private TextRef Text(string? name) => _names[_names.Of(name)];
}
