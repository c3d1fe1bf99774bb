using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Cli.Commands;
using KernelMagnifier.Files;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli;

/// <summary>The command-line tool.</summary>
internal static class CommandLineTool
{
    private static readonly CliOption Help = new("help", "Show this help") { Short = 'h' };

    /// <summary>All commands, in the order of the help.</summary>
    public static IReadOnlyList<Command> Commands { get; } =
    [
        new InfoCommand(),
        new CheckCommand(),
        new CallsCommand(),
        new EdgesCommand(),
        new EventsCommand(),
        new WatchCommand(),
        new LatencyCommand(),
        new AssertCommand(),
        new WhyCommand(),
        new PathCommand(),
        new WorkloadCommand(),
        new CompareCommand(),
        new BaselineCommand(),
        new TreeCommand(),
        new GraphCommand(),
        new ReportCommand(),
        new ChartCommand(),
        new ProfileCommand(),
        new TableCommand(),
        new VisualizeCommand(),
        new RecordCommand(),
        new MeasureCommand(),
        new LogCommand(),
        new LogSendCommand(),
        new ScheduleAddCommand(),
        new ScheduleListCommand(),
        new ScheduleShowCommand(),
        new ScheduleSuspendCommand(),
        new ScheduleResumeCommand(),
        new ScheduleRemoveCommand(),
        new ScheduleRunCommand(),
        new ScheduleFinishCommand(),
        new FidelityCommand(),
        new IncidentShowCommand(),
        new IncidentExportCommand(),
        new IncidentRunCommand(),
        new LabRunCommand(),
        new LabCheckCommand(),
        new LabNoiseCommand(),
        new GenerateSymbolMapCommand(),
        new ProbeListCommand(),
        new ProbeCheckCommand(),
        new ProbeRunCommand(),
        new ProbeReplayCommand(),
        new ProbeAuditCommand(),
        new ProbeVerifyCommand(),
        new CompletionCommand(),
    ];

    /// <summary>The version, which the build takes from the manifest of the module.</summary>
    public static string Version { get; } = typeof(CommandLineTool).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Runs a command line and returns the exit code.</summary>
    public static int Run(string[] args, CliHost host)
    {
        Command? command = null;
        try
        {
            return Run(args, host, ref command);
        }
        catch (Exception) when (Unfinished.IsEnding)
        {
            // The handler of the signal has removed the output under the command, and ends the process.
            return ExitCode.Signal + host.Signal;
        }
        catch (CliException error)
        {
            return Fail(host, command, error.ExitCode, error.Message);
        }
        catch (KernelMagnifierException error)
        {
            return Fail(host, command, ExitCode.Of(error.Code), ErrorText.Of(error, command));
        }
        catch (OperationCanceledException) when (host.Cancel.IsCancellationRequested)
        {
            return ExitCode.Signal + host.Signal;
        }
        catch (OutputClosedException)
        {
            // The reader of standard output needs no more (| head).
            return ExitCode.Ok;
        }
        catch (IOException error)
        {
            return Fail(host, command, ExitCode.BadOutput, error.Message);
        }
#pragma warning disable CA1031 // An unexpected exception is a defect. It is reported in one line instead of a core dump.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return Fail(host, command, ExitCode.Defect,
                $"this is a defect of kernel-magnifier {Version}: {error.GetType().Name}: {error.Message} "
                + "Please report it with the command and, if possible, the recording.");
        }
    }

    private static int Run(string[] args, CliHost host, ref Command? command)
    {
        switch (args)
        {
            case []:
                host.Error.Write(HelpText.Overview(Commands));
                return ExitCode.Usage;
            case ["--version" or "-V", ..]:
                host.Write($"kernel-magnifier {Version}\n");
                return ExitCode.Ok;
            case ["help", .. var words] when words.Length > 0:
                command = Find(words);
                host.Write(HelpText.Of(command, Help));
                return ExitCode.Ok;
            case ["--help" or "-h" or "help", ..]:
                host.Write(HelpText.Overview(Commands));
                return ExitCode.Ok;
        }
        if (args is [_, "--help" or "-h"] && !Commands.Any(c => c.Name == args[0])
            && SubcommandsOf(args[0]) is { Count: > 0 } subcommands)
        {
            host.Write(HelpText.Overview(subcommands));
            return ExitCode.Ok;
        }
        command = Find(args);
        var arguments = Arguments.Parse([.. command.Options, Help], args.AsSpan(command.Name.Split(' ').Length));
        if (arguments.Has(Help))
        {
            host.Write(HelpText.Of(command, Help));
            return ExitCode.Ok;
        }
        using (host.HandleSignals(forceExit: command.ExitsOnSignal))
            return command.Run(arguments, host);
    }

    private static int Fail(CliHost host, Command? command, int exitCode, string message)
    {
        host.Report(message);
        if (exitCode == ExitCode.Usage)
            host.Error.WriteLine($"Try: kernel-magnifier {(command is null ? "" : $"{command.Name} ")}--help");
        return exitCode;
    }

    /// <summary>The commands whose name begins with a word and has another, such as those of <c>probe</c>.</summary>
    private static List<Command> SubcommandsOf(string word)
        => [.. Commands.Where(c => c.Name.StartsWith(word + " ", StringComparison.Ordinal))];

    /// <summary>Whether the first word is a command by itself, such as <c>log</c>, which has the subcommand <c>log send</c>.</summary>
    private static bool IsCommandItself(string name, ReadOnlySpan<string> words, List<Command> subcommands)
    {
        var second = words.Length > 1 ? $"{name} {words[1]}" : "";
        return Commands.Any(c => c.Name == name) && !subcommands.Exists(c => c.Name == second);
    }

    /// <summary>Finds the command of a command line: its name is the first word, or the first two.</summary>
    private static Command Find(ReadOnlySpan<string> words)
    {
        var name = words[0];
        if (SubcommandsOf(name) is { Count: > 0 } subcommands && !IsCommandItself(name, words, subcommands))
        {
            if (words.Length == 1) throw CliException.Usage($"name what to do: {string.Join(", ", subcommands.Select(c => c.Name))}.");
            name = $"{name} {words[1]}";
        }
        if (Commands.FirstOrDefault(c => c.Name == name) is { } command) return command;
        var close = Suggestion.For(name.TrimStart('-'), Commands.Select(c => c.Name));
        throw CliException.Usage($"unknown command '{name}'.{(close.Count == 0 ? "" : $" Did you mean {close[0]}?")}");
    }
}
