using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Receives the kernel events and the calls of a recording for a profile that holds both.</summary>
internal sealed class ProfileEvents(ProfileWriter writer, PerfettoEvents target) : EventSink
{
    /// <inheritdoc/>
    public override CallFields Fields => CallFields.Task;

    /// <inheritdoc/>
    public override CallSink Calls => writer;

    /// <inheritdoc/>
    public override void Begin(TraceContext context) => target.Begin(context);

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        try
        {
            target.Accept(in record);
        }
        catch (IOException error)
        {
            throw writer.NotWritten(error);
        }
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time) => target.Lost(cpu, events, time);
}
