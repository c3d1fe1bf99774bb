using KernelMagnifier;
using KernelMagnifier.Cli;
using KernelMagnifier.Cli.Commands;

// Threads keep what they begin with: this comes before the first is started.
if (args is [RecordCommand.Word, ..]) Recorder.GiveUpRights();
using var host = CliHost.OfProcess();
return CommandLineTool.Run(args, host);
