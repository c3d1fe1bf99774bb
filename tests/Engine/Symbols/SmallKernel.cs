using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Symbols;

/// <summary>
/// A kernel of a few source files, in the directories of the kernel source, compiled and linked to a small vmlinux or module.
/// </summary>
internal sealed class SmallKernel : IDisposable
{
    private const string Core = """
        #include <linux/tiny.h>
        extern int volatile sink;
        int volatile sink;
        static __attribute__((noinline)) int show(int a)
        {
            return sink + a;
        }
        static inline __attribute__((always_inline)) int only_inlined(int a)
        {
            return sink * a;
        }
        int schedule_it(int a)
        {
            return show(a) + only_inlined(a);
        }
        long __do_sys_tiny(long a)
        {
            return tiny_helper(a) + sink;
        }
        extern long __x64_sys_tiny(long) __attribute__((alias("__do_sys_tiny")));
        __attribute__((weak)) int arch_hook(void)
        {
            return sink;
        }
        static __attribute__((noinline)) int split(int a)
        {
            if (__builtin_expect(a == 77, 0)) {
                sink = 1;
                cold_path();
                sink = 2;
            }
            return sink;
        }
        int use_split(int a)
        {
            return split(a) + (sink = (long)&tiny_helper);
        }
        __attribute__((weak)) int arch_choice(void)
        {
            return sink;
        }
        #ifdef RELEASE
        const char linux_banner[] = "Linux version " RELEASE " (tiny) #1";
        static const char vermagic[] __attribute__((section(".modinfo"), used)) = "vermagic=" RELEASE " SMP mod_unload";
        #endif
        """;

    private const string Net = """
        #include <linux/tiny.h>
        extern int volatile sink;
        static __attribute__((noinline)) int show(int a)
        {
            return sink - a;
        }
        int tcp_sendit(int a)
        {
            return show(a) + 3;
        }
        __attribute__((cold, noinline)) void cold_path(void)
        {
            sink = 3;
        }
        int arch_choice(void)
        {
            return 4;
        }
        """;

    private const string Header = """
        #pragma once
        void cold_path(void);
        extern int volatile sink;
        static inline long tiny_helper(long a)
        {
            return a * 3 + sink;
        }
        """;

    private const string AssemblerX64 = """
            .text
            .globl _text
        _text:
            .globl copy_it
            .type copy_it, @function
        copy_it:
            nop
            ret
            .size copy_it, . - copy_it
        """;

    private const string AssemblerArm64 = """
            .text
            .globl _text
        _text:
            .globl copy_it
            .type copy_it, %function
        copy_it:
            nop
            ret
            .size copy_it, . - copy_it
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("km-kernel-");

    public string Root => Path.Combine(_folder.FullName, "linux");

    public string Folder => _folder.FullName;

    /// <summary>The functions of every build, with file and line.</summary>
    public static readonly (string Name, string Place)[] Expected =
    [
        ("schedule_it", "kernel/sched/core.c:12"), ("__do_sys_tiny", "kernel/sched/core.c:16"),
        ("arch_hook", "kernel/sched/core.c:21"),
        ("use_split", "kernel/sched/core.c:34"), ("tcp_sendit", "net/ipv4/tcp.c:7"), ("cold_path", "net/ipv4/tcp.c:11"),
        ("copy_it", "arch/x86/lib/copy.S:7"),
        ("__x64_sys_tiny", "kernel/sched/core.c:16"), ("tiny_helper", "include/linux/tiny.h:4"),
        ("arch_choice", "net/ipv4/tcp.c:15"),
    ];

    public SmallKernel(bool arm64 = false)
    {
        foreach (var (file, text) in ((string, string)[])[("kernel/sched/core.c", Core), ("net/ipv4/tcp.c", Net),
            ("include/linux/tiny.h", Header), ("arch/x86/lib/copy.S", arm64 ? AssemblerArm64 : AssemblerX64)])
        {
            var path = Path.Combine(Root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text + "\n");
        }
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "build"));
    }

    /// <summary>Compiles and links the kernel, and returns the path of the file.</summary>
    /// <param name="flags">Flags for the compiler, such as <c>-gdwarf-5</c>.</param>
    /// <param name="compiler">The compiler: gcc, clang or aarch64-linux-gnu-gcc.</param>
    /// <param name="from">The working directory and the source paths: <c>in</c> the tree, by <c>absolute</c> path, <c>out</c> of
    /// the tree, or <c>mapped</c> as in Debian.</param>
    /// <param name="relocatable">Whether to build a module instead of a kernel.</param>
    /// <param name="release">The release that the file says; null for none.</param>
    public string Build(
        string flags, string compiler = "gcc", string from = "in", bool relocatable = false, string? release = null)
    {
        if (release is not null) flags += $" -DRELEASE=\"{release}\"";
        var output = Path.Combine(_folder.FullName, relocatable ? "tiny-mod.ko" : "vmlinux");
        var (folder, prefix) = from switch
        {
            "absolute" => (Root, Root + "/"),
            "out" => (Path.Combine(_folder.FullName, "build"), "../linux/"),
            "mapped" => (Path.Combine(_folder.FullName, "build"), Root + "/"),
            _ => (Root, ""),
        };
        var map = from == "mapped" ? $"-ffile-prefix-map={_folder.FullName}/= -ffile-prefix-map={Root}/=" : "";
        var model = compiler.StartsWith("aarch64", StringComparison.Ordinal) ? "" : "-mcmodel=kernel";
        var objects = new List<string>();
        foreach (var source in (string[])["arch/x86/lib/copy.S", "kernel/sched/core.c", "net/ipv4/tcp.c"])
        {
            var target = Path.Combine(_folder.FullName, Path.GetFileName(source) + ".o");
            Run(folder, compiler,
                $"-c -O2 {model} -fno-pic -fno-asynchronous-unwind-tables -ffunction-sections {flags} {map} "
                + $"-I{prefix}include {prefix}{source} -o {target}");
            objects.Add(target);
        }
        var linker = compiler.StartsWith("aarch64", StringComparison.Ordinal) ? "aarch64-linux-gnu-ld" : "ld";
        var mode = relocatable ? "-r" : "-Ttext=0xffffffff81000000 -e 0";
        Run(folder, linker, $"{mode} --build-id=sha1 {string.Join(' ', objects)} -o {output}");
        return output;
    }

    public static void Run(string folder, string program, string arguments)
    {
        var start = new ProcessStartInfo(program, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (start.WorkingDirectory, start.RedirectStandardError) = (folder, true);
        using var process = Process.Start(start)!;
        var output = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {arguments}: {output}");
    }

    public static bool Has(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, program)));

    public void Dispose() => _folder.Delete(true);
}
