using KernelMagnifier.Cli;
using KernelMagnifier.Cli.Commands;
using KernelMagnifier.Recording;

// Threads inherit capabilities from the thread that starts them, so they are dropped before the first thread starts.
if (args is [RecordCommand.Word, ..]) Recorder.DropCapabilities();
using var host = CliHost.OfProcess();

return CommandLineTool.Run(args, host);
