using KernelMagnifier.Cli;

using var host = CliHost.OfProcess();
return CommandLineTool.Run(args, host);
