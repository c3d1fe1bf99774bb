using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>The names of a recording in a file of its calls. For the thread that writes.</summary>
internal sealed class CallTableNames
{
    private readonly TableNames _names = new();
    private readonly int[] _contexts = new int[Enum.GetValues<ExecutionContext>().Length];
    private CallNames? _of;
    private (int Name, int Module, int File, int Line)[] _functions = [];
    private (int Comm, int ProcessId, int ThreadGroupId)[] _tasks = [];
    private int _knownFunctions, _knownTasks;

    /// <summary>Prepares for records that refer to some names.</summary>
    public void Use(CallNames names)
    {
        if (!ReferenceEquals(_of, names)) (_of, _knownFunctions, _knownTasks) = (names, 0, 0);
        foreach (var context in Enum.GetValues<ExecutionContext>()) _contexts[(int)context] = _names.Of(context.KnownName());
        if (names.Functions.Count is var functions && _functions.Length < functions) Array.Resize(ref _functions, functions * 2);
        for (; _knownFunctions < functions; _knownFunctions++)
        {
            var function = names.Functions[_knownFunctions];
            _functions[_knownFunctions] = (_names.Of(function.KnownName), _names.Of(function.Module),
                _names.Of(function.SourceFile), function.SourceLine ?? 0);
        }
        if (names.Tasks.Count is var tasks && _tasks.Length < tasks) Array.Resize(ref _tasks, tasks * 2);
        for (; _knownTasks < tasks; _knownTasks++)
        {
            var task = names.Tasks[_knownTasks];
            _tasks[_knownTasks] = (_names.Of(task.KnownComm), task.ProcessId, task.ThreadGroupId ?? -1);
        }
    }

    /// <summary>The name of a function.</summary>
    public TextRef Function(int id) => _names[_functions[id].Name];

    /// <summary>The module of a function.</summary>
    public TextRef Module(int id) => _names[_functions[id].Module];

    /// <summary>The source file of a function.</summary>
    public TextRef File(int id) => _names[_functions[id].File];

    /// <summary>The source line of a function; 0 if not known.</summary>
    public int Line(int id) => _functions[id].Line;

    /// <summary>The name of a task.</summary>
    public TextRef Comm(int id) => _names[_tasks[id].Comm];

    /// <summary>The pid of a task; -1 if not known.</summary>
    public int ProcessId(int id) => _tasks[id].ProcessId;

    /// <summary>The thread group of a task; -1 if not known.</summary>
    public int ThreadGroupId(int id) => _tasks[id].ThreadGroupId;

    /// <summary>The name of an execution context.</summary>
    public TextRef Context(ExecutionContext context) => _names[_contexts[(int)context]];
}
