using KernelMagnifier.Cli;
using KernelMagnifier.Cli.Commands;
using KernelMagnifier.Recording;

// A thread inherits the capabilities of the thread that starts it: this comes before the first thread is started.
if (args is [RecordCommand.Word, ..]) Recorder.DropCapabilities();
using var host = CliHost.OfProcess();

return CommandLineTool.Run(args, host);
