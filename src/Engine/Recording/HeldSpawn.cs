using System.Runtime.InteropServices;
using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>
/// Starts a program in a process that first opens a FIFO for reading, and so waits until the FIFO is opened for writing.
/// </summary>
internal static unsafe class HeldSpawn
{
    // Larger than posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t of all C libraries.
    private const int ActionsSize = 512, AttributesSize = 1024, SignalSetSize = 128;

    private const short SetSignalDefaults = 4, SetSignalMask = 8; // POSIX_SPAWN_SETSIGDEF, POSIX_SPAWN_SETSIGMASK

    /// <summary>Starts the program. Returns when the process has become the program, or has failed to.</summary>
    /// <param name="program">The path of the program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Its working directory; null for the current one.</param>
    /// <param name="fifo">The path of the FIFO.</param>
    /// <param name="closeInChild">
    /// A descriptor that the process must not keep while it waits, when it still has every descriptor of this process; -1 for
    /// none.
    /// </param>
    /// <param name="process">The pid.</param>
    /// <returns>0, or an error number.</returns>
    public static int Run(string program, IReadOnlyList<string> arguments, string? workingDirectory, string fifo,
        int closeInChild, out int process)
    {
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var spare = FileCalls.Open("/dev/null", FileCalls.ReadOnly);
        byte** argv = null, envp = null;
        int pid = 0;
        _ = ProcessCalls.InitFileActions(actions);
        _ = ProcessCalls.InitAttributes(attributes);
        try
        {
            if (closeInChild >= 0) _ = ProcessCalls.AddClose(actions, closeInChild);
            _ = ProcessCalls.AddOpen(actions, spare, fifo, FileCalls.ReadOnly, 0);
            _ = ProcessCalls.AddClose(actions, spare);
            if (workingDirectory is not null) _ = ProcessCalls.AddChangeDirectory(actions, workingDirectory);
            ResetSignals(attributes);
            argv = ToStrings([program, .. arguments]);
            var environment = Environment.GetEnvironmentVariables();
            envp = ToStrings([.. environment.Keys.Cast<string>().Select(k => $"{k}={environment[k]}")]);
            return ProcessCalls.Spawn(&pid, program, actions, attributes, argv, envp);
        }
        finally
        {
            process = pid;
            FreeStrings(argv);
            FreeStrings(envp);
            _ = ProcessCalls.FreeFileActions(actions);
            _ = ProcessCalls.FreeAttributes(attributes);
            _ = FileCalls.Close(spare);
        }
    }

    /// <summary>.NET ignores some signals, which the program must not inherit.</summary>
    private static void ResetSignals(byte* attributes)
    {
        var signals = stackalloc byte[SignalSetSize];
        new Span<byte>(signals, SignalSetSize).Clear();
        _ = ProcessCalls.SetSignalMask(attributes, signals);
        new Span<byte>(signals, 8).Fill(0xFF);
        // All but 32 and 33, which the C library uses internally.
        (signals[3], signals[4]) = (0x7F, 0xFE);
        _ = ProcessCalls.SetDefaultSignals(attributes, signals);
        _ = ProcessCalls.SetAttributeFlags(attributes, SetSignalDefaults | SetSignalMask);
    }

    private static byte** ToStrings(IReadOnlyList<string> strings)
    {
        var list = (byte**)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < strings.Count; i++) list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        return list;
    }

    private static void FreeStrings(byte** list)
    {
        if (list is null) return;
        for (var at = list; *at is not null; at++) Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(list);
    }
}
