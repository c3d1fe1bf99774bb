using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Cli.Commands;

namespace KernelMagnifier.Cli;

/// <summary>The whole tool, from its arguments to its exit code.</summary>
internal static class CommandLineTool
{
    /// <summary>Every command, in the order of the help.</summary>
    public static IReadOnlyList<Command> Commands { get; } =
    [
        new InfoCommand(),
        new CallsCommand(),
        new EdgesCommand(),
        new EventsCommand(),
        new TreeCommand(),
        new GraphCommand(),
        new ReportCommand(),
        new ProfileCommand(),
        new VisualizeCommand(),
        new RecordCommand(),
        new GenerateSymbolMapCommand(),
        new CompletionCommand(),
    ];

    /// <summary>The version, which the module's manifest tells.</summary>
    public static string Version { get; } = typeof(CommandLineTool).Assembly.GetName().Version?.ToString(3) ?? "";

    private static readonly CliOption Help = new("help", "Show this help") { Short = 'h' };

    /// <summary>Runs a command line.</summary>
    public static int Run(string[] args, CliHost host)
    {
        Command? command = null;
        try
        {
            if (args.Length == 0)
            {
                host.Error.Write(HelpText.Overview(Commands));
                return ExitCode.Usage;
            }
            switch (args[0])
            {
                case "--version" or "-V":
                    host.Write($"kernel-magnifier {Version}\n");
                    return ExitCode.Ok;
                case "--help" or "-h" or "help":
                    command = args.Length > 1 && args[0] == "help" ? Find(args[1]) : null;
                    host.Write(command is null ? HelpText.Overview(Commands) : HelpText.Of(command, Help));
                    return ExitCode.Ok;
            }
            command = Find(args[0]);
            var arguments = Arguments.Parse([.. command.Options, Help], args.AsSpan(1));
            if (arguments.Has(Help))
            {
                host.Write(HelpText.Of(command, Help));
                return ExitCode.Ok;
            }
            using (host.ListenToSignals(command.EndsAtOnce))
                return command.Run(arguments, host);
        }
        catch (CliException error)
        {
            host.Say(error.Message);
            if (error.ExitCode == ExitCode.Usage)
                host.Error.WriteLine($"Try: kernel-magnifier {(command is null ? "" : command.Name + " ")}--help");
            return error.ExitCode;
        }
        catch (KernelMagnifierException error)
        {
            host.Say(error.Message);
            return ExitCode.Of(error.Code);
        }
        catch (OperationCanceledException) when (host.Cancel.IsCancellationRequested)
        {
            return ExitCode.Signal + host.Signal;
        }
        catch (OutputClosedException)
        {
            // The reader of our output has seen enough (| head). That is its good right, and no error.
            return ExitCode.Ok;
        }
        catch (IOException error)
        {
            host.Say(error.Message);
            return ExitCode.BadOutput;
        }
#pragma warning disable CA1031 // The last line of defence: a defect is told as one, without a core dump.
        catch (Exception error)
#pragma warning restore CA1031
        {
            host.Say($"this is a defect of kernel-magnifier {Version}: {error.GetType().Name}: {error.Message} Please report it, with the command and, if you can, the recording.");
            return ExitCode.Defect;
        }
    }

    private static Command Find(string name)
    {
        if (Commands.FirstOrDefault(c => c.Name == name) is { } command) return command;
        var near = Nearest.To(name.TrimStart('-'), Commands.Select(c => c.Name));
        throw CliException.Usage($"there is no command '{name}'.{(near is null ? "" : $" Did you mean {near}?")}");
    }
}
