using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>
/// A call that is returned between kernel events. Its type selects the table of kernel events: PowerShell shows an object of
/// another type than that of the table before it as a list of all its properties, with their names as the recording has them.
/// </summary>
internal sealed class CallAmongEvents(TraceContext context, in CallRecord record) : CallEvent(context, in record);
