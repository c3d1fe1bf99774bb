using static KernelMagnifier.Probes.Language.FunctionTraits;

namespace KernelMagnifier.Probes.Language;

/// <summary>The words of the language in all versions up to 0.25. A word that is not here is reported, never guessed.</summary>
internal static class Vocabulary
{
    /// <summary>Types of probes by their names and short names. <c>BEGIN</c> and <c>END</c> have no short ones.</summary>
    public static readonly Dictionary<string, string> ProbeTypes = new()
    {
        ["begin"] = "BEGIN", ["end"] = "END", ["self"] = "self", ["test"] = "test", ["bench"] = "bench",
        ["kprobe"] = "kprobe", ["k"] = "kprobe", ["kretprobe"] = "kretprobe", ["kr"] = "kretprobe",
        ["uprobe"] = "uprobe", ["u"] = "uprobe", ["uretprobe"] = "uretprobe", ["ur"] = "uretprobe", ["usdt"] = "usdt",
            ["U"] = "usdt",
        ["tracepoint"] = "tracepoint", ["t"] = "tracepoint", ["rawtracepoint"] = "rawtracepoint", ["rt"] = "rawtracepoint",
        ["profile"] = "profile", ["p"] = "profile", ["interval"] = "interval", ["i"] = "interval",
        ["software"] = "software", ["s"] = "software", ["hardware"] = "hardware", ["h"] = "hardware",
        ["watchpoint"] = "watchpoint", ["w"] = "watchpoint", ["asyncwatchpoint"] = "watchpoint", ["aw"] = "watchpoint",
        ["fentry"] = "fentry", ["f"] = "fentry", ["kfunc"] = "fentry", ["fexit"] = "fexit", ["fr"] = "fexit",
            ["kretfunc"] = "fexit",
        ["iter"] = "iter", ["it"] = "iter",
    };

    /// <summary>Words that begin statements and cannot be values.</summary>
    public static readonly HashSet<string> Keywords =
        ["else", "while", "unroll", "for", "let", "break", "continue", "return", "import", "macro", "fn", "subprog"];

    /// <summary>Words that only types have.</summary>
    public static readonly HashSet<string> TypeWords =
    [
        "struct", "union", "enum", "const", "volatile", "unsigned", "signed", "void", "char", "short", "int", "long", "float",
            "double",
        "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "string", "str_t", "buffer", "inet",
            "usym_t",
        "ksym_t", "kstack_t", "ustack_t", "mac_address", "cgroup_path_t", "timestamp", "u8", "u16", "u32", "u64", "s8", "s16",
            "s32", "s64",
        "__u8", "__u16", "__u32", "__u64", "__s8", "__s16", "__s32", "__s64", "size_t", "ssize_t", "uintptr_t", "pid_t", "uid_t",
            "dev_t",
        "min_t", "max_t", "sum_t", "count_t", "avg_t", "stats_t", "usum_t", "umin_t", "umax_t", "uavg_t", "ustats_t", "hist_t",
            "lhist_t",
    ];

    /// <summary>Types of maps in declarations.</summary>
    public static readonly HashSet<string> MapTypes =
        ["hash", "lruhash", "percpuhash", "percpulruhash", "lrupercpuhash", "array", "percpuarray"];

    /// <summary>Values that a builtin gives by itself.</summary>
    public static readonly HashSet<string> Builtins =
    [
        "args", "cgroup", "comm", "cpid", "cpu", "ctx", "curtask", "elapsed", "func", "gid", "jiffies", "kstack", "leader_comm",
        "leader_tid", "ncpus", "nsecs", "numaid", "pcomm", "pid", "ppid", "probe", "probetype", "rand", "retval", "stack", "tid",
            "uid",
        "usermode", "username", "ustack",
        "arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "arg6", "arg7", "arg8", "arg9",
        "sarg0", "sarg1", "sarg2", "sarg3", "sarg4", "sarg5", "sarg6", "sarg7", "sarg8", "sarg9",
    ];

    /// <summary>Words that are arguments of some functions and stand for a mode.</summary>
    public static readonly Dictionary<string, HashSet<string>> Modes = new()
    {
        ["kstack"] = ["perf", "bpftrace", "raw", "build_id"], ["ustack"] = ["perf", "bpftrace", "raw", "build_id"],
        ["nsecs"] = ["monotonic", "boot", "tai", "sw_tai"], ["pid"] = ["init", "curr_ns"], ["tid"] = ["init", "curr_ns"],
        ["strftime"] = ["local", "utc"], ["tseries"] = ["avg", "sum", "min", "max"],
    };

    /// <summary>The functions and what they do.</summary>
    public static readonly Dictionary<string, FunctionTraits> Functions = All();

    private static Dictionary<string, FunctionTraits> All()
    {
        var all = new Dictionary<string, FunctionTraits>();
        Add("count sum min max avg stats hist lhist tseries", Aggregate);
        Add("printf print join time errorf warnf assert assert_str", Output);
        Add("debugf", Output | Unsafe);
        Add("cat", Output | FunctionTraits.File);
        Add("system", Output | Writes | Unsafe);
        Add("signal signal_thread override write_user", Writes | Unsafe);
        Add("skboutput", Output | Writes | Memory);
        Add("buf str kstr kptr uptr strcap strerror path memcmp strcontains strstr strncmp strlen str_concat", Memory);
        Add("bswap cgroup cgroup_path cgroupid clear comm config container_of cpid cpu curtask default_str_length delete dw_ustack", None);
        Add("elapsed exit fail find func getopt gid has_cpid has_key is_array is_err is_integer is_literal is_ptr is_str", None);
        Add("is_unsigned_integer jiffies kaddr kfunc_allowed kfunc_exist kstack ksym leader_comm leader_tid len macaddr ncpus nsecs", None);
        Add("ntop numaid offsetof pcomm percpu_kaddr pid ppid probe probetype pton rand reg retval signal_name sizeof", None);
        Add("socket_cookie static_assert strftime syscall_name tid typeof uaddr uid unwatch usermode username ustack usym zero",
            None);
        Add("stack_len lstrip rstrip sarg arg usdt_arg map_len is_signed_integer nop", None);
        return all;

        void Add(string names, FunctionTraits traits)
        {
            foreach (var name in names.Split(' ')) all[name] = traits;
        }
    }
}
