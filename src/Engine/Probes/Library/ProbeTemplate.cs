using System.Text;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Library;

/// <summary>A program and a manifest to begin with. Each works as it is.</summary>
/// <param name="Name">The name of the template.</param>
/// <param name="Program">The program; <c>TITLE</c> is replaced.</param>
/// <param name="Manifest">The manifest; name, title and owner are replaced.</param>
internal sealed record ProbeTemplate(string Name, string Program, ProbeManifest Manifest)
{
    private const string LatencyProgram = """
        // TITLE
        // $1: the shortest wait that is counted, in microseconds.
        tracepoint:sched:sched_wakeup,
        tracepoint:sched:sched_wakeup_new
        {
          @queued[args->pid] = nsecs;
        }

        tracepoint:sched:sched_switch
        {
          // A task that is preempted stays runnable: its state is 0, or 0x100 in newer kernels. The idle task (0) does not wait.
          if (args->prev_pid != 0 && (args->prev_state & 0xff) == 0) {
            @queued[args->prev_pid] = nsecs;
          }
          $since = @queued[args->next_pid];
          if ($since != 0) {
            $us = (nsecs - $since) / 1000;
            if ($us >= $1) {
              @late = hist($us);
            }
            delete(@queued[args->next_pid]);
          }
        }

        END
        {
          clear(@queued);
        }

        """;

    private const string CountProgram = """
        // TITLE
        tracepoint:raw_syscalls:sys_enter
        {
          @calls[comm] = count();
        }

        """;

    private const string LinesProgram = """
        // TITLE
        tracepoint:sched:sched_process_exec
        {
          printf("%d %s\n", pid, comm);
        }

        """;

    /// <summary>All templates; the first is the default.</summary>
    public static IReadOnlyList<ProbeTemplate> All { get; } =
    [
        new("latency", LatencyProgram, Begin with
        {
            Purpose = "Do tasks wait long for a CPU after they become runnable?",
            Reading = "@late is a histogram of the waits in microseconds. Waits that are shorter than the parameter us are not counted.",
            Parameters = [new ProbeParameter
            {
                Name = "us", Description = "The shortest wait that is counted.", Unit = "us", Minimum = 0, Maximum = 10_000_000,
                    Default = "1000",
            }],
            AttachPoints = ["tracepoint:sched:sched_wakeup", "tracepoint:sched:sched_wakeup_new",
                "tracepoint:sched:sched_switch"],
            Maps = [new OutputMap { Name = "@late", Meaning = "How long tasks waited for a CPU.", Unit = "us" }],
        }),
        new("count", CountProgram, Begin with
        {
            Purpose = "Which programs make the most system calls?",
                Reading = "@calls has the number of system calls of each program.",
            DataClass = DataClass.Names, AttachPoints = ["tracepoint:raw_syscalls:sys_enter"],
            Maps = [new OutputMap { Name = "@calls", Meaning = "System calls by program.",
                Keys = [new OutputValue("Comm", "text", null)] }],
        }),
        new("lines", LinesProgram, Begin with
        {
            Purpose = "Which programs start?", Reading = "Each line exec is a process that began to execute a program.",
            DataClass = DataClass.Names, AttachPoints = ["tracepoint:sched:sched_process_exec"],
            Lines = [new OutputLine("exec", "%d %s\\n",
                [new OutputValue("ProcessId", "integer", null), new OutputValue("Comm", "text", null)],
                "A process began to execute a program.")],
        }),
    ];

    private static ProbeManifest Begin => new()
    {
        Name = "template", Version = "0.1.0", Title = "template", Owner = "nobody", Purpose = "", Reading = "",
    };

    /// <summary>Writes the files of a new probe.</summary>
    /// <param name="library">The library.</param>
    /// <param name="name">The name.</param>
    /// <param name="title">The title.</param>
    /// <param name="owner">The owner.</param>
    /// <exception cref="KernelMagnifierException">A probe of the name exists, or a text is not allowed.</exception>
    public void Write(ProbeLibrary library, string name, string title, string owner)
    {
        var text = ProbeManifestFile.Write(Manifest with { Name = name, Title = title, Owner = owner });
        if (ProbeText.IsProbeName(name)) _ = ProbeManifestFile.Read(text, name);
        using var folder = library.Create(name);
        _ = ProbeLibrary.Guarded(folder.Path, () =>
        {
            folder.Write($"{name}.bt", Encoding.UTF8.GetBytes(Program.Replace("TITLE", title, StringComparison.Ordinal)),
                replace: false);
            folder.Write($"{name}.json", text, replace: false);
            return true;
        });
    }
}
