using static KernelMagnifier.Probes.Policies.RuleSeverity;

namespace KernelMagnifier.Probes.Checks;

/// <summary>The rules. docs/probe-rules.md has this table; a test compares them.</summary>
internal static class ProbeRules
{
    /// <summary>All rules.</summary>
    public static IReadOnlyList<ProbeRule> All { get; } =
    [
        new("syntax", Error, "The program breaks the grammar of bpftrace, or a bound of the parser.", "Correct the program."),
        new("unknown-syntax", Error, "The parser does not know a part of the program, so nothing can be said about it.",
            "Write it in another way."),
        new("unknown-probe-type", Error, "No version of bpftrace has this type of probe. Version 0.17 aborts.",
            "Correct the type of the probe."),
        new("unknown-function", Error, "The function is neither one of bpftrace nor defined in the program.",
            "Correct its name."),
        new("unknown-name", Error, "The name is neither a builtin nor defined in the program.", "Correct the name."),
        new("system", Error, "The program starts commands as root.", "Remove the call of system()."),
        new("signal", Error, "The program sends signals to tasks.", "Remove the call."),
        new("override", Error, "The program changes the results of kernel functions.", "Remove the call of override()."),
        new("writes", Error, "The program writes to files or memory.", "Remove the call."),
        new("unsafe", Error, "bpftrace refuses it without --unsafe, which is never given here.", "Remove the call or probe."),
        new("file-read", Error, "The program prints the content of a file that root can read.", "Remove the call of cat()."),
        new("include", Error, "An included file is not under the hash of the probe, and can redefine any word.",
            "Define what is needed in the program."),
        new("import-outside", Error, "The imported file is outside of the library, or not there.",
            "Copy the file into the library."),
        new("import", Warning, "The program uses another file, which the hash covers too.", "Review that file as well."),
        new("undeclared-parameter", Error, "The program uses a positional parameter that the manifest does not declare.",
            "Declare the parameter in the manifest."),
        new("unused-parameter", Warning, "The manifest declares a parameter that the program does not use.",
            "Use it, or remove it from the manifest."),
        new("parameter-type", Warning, "A text is used as a number, or a number as a text.", "Use str($N) for texts only."),
        new("attach-point-undeclared", Error, "The manifest does not name an attach point of the program.",
            "Add the attach point to the manifest."),
        new("attach-point-unused", Warning, "The manifest names an attach point that the program does not have.",
            "Remove it from the manifest."),
        new("attach-point-parameter", Error, "A parameter chooses what is traced, which no reviewer has seen.",
            "Name the attach point in the program."),
        new("data-class", Error, "The program collects data above the class that the manifest declares.",
            "Declare the class, or collect less."),
        new("too-many-probes", Error, "The program attaches more probes than its limit.",
            "Attach to fewer functions, or raise the limit."),
        new("wildcard", Warning, "The attach points depend on the kernel: a wildcard can match many of them.",
            "Name the attach points."),
        new("user-probe", Warning, "The program attaches to programs of user space.", "See that the program may be observed."),
        new("user-memory", Warning, "The program reads memory of user space, whose content nobody vouches for.",
            "Read only what is needed."),
        new("unbounded-map", Warning, "A map gets more keys than its limit, and nothing removes any: new ones are lost silently.",
            "Delete keys, clear the map at intervals, or key it by fewer values."),
        new("event-output", Warning, "Every event of a frequent kind writes output: that is slow, and events are lost.",
            "Count in a map, or print only under a condition."),
        new("loop", Warning, "A loop runs in the kernel, for every event.", "Bound the loop and keep it short."),
        new("config", Warning, "A setting changes how bpftrace works.", "Remove it unless it is needed."),
        new("config-limits", Error, "A setting changes a limit that the runner sets.", "Set limits in the manifest."),
        new("printf-schema", Warning, "Lines of the output and the lines that the manifest describes differ.",
            "Describe each printf in the manifest, with its exact format."),
        new("map-schema", Warning, "Maps of the output and the maps that the manifest describes differ.",
            "Describe the maps that are printed, with the parts of their keys."),
        new("unassigned-map", Warning, "A map is read that nothing is assigned to. Version 0.17 refuses that.",
            "Assign a value to it."),
        new("no-name", Warning, "A map has no name, so its values explain nothing.", "Name the map."),
        new("limit-lowered", Warning, "The policy of this machine lowers a limit of the manifest.",
            "Expect less, or ask for another policy."),
        new("not-attachable", Error, "The kernel does not have the attach point, or it cannot be traced.",
            "Choose another attach point for this kernel."),
        new("unknown-field", Error, "The event does not have the field in this kernel.", "Use a field that the event has."),
        new("attach-unknown", Warning, "The description of the kernel does not tell whether the attach point is there.",
            "Add the missing file to the description."),
    ];

    /// <summary>A rule by its id.</summary>
    public static ProbeRule Of(string id) => All.First(rule => rule.Id == id);
}
