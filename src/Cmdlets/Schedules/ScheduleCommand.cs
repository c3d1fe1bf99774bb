using System.Management.Automation;
using KernelMagnifier.Schedules;

namespace KernelMagnifier.Cmdlets.Schedules;

/// <summary>Base class of the cmdlets of schedules.</summary>
public abstract class ScheduleCommand : PSCmdlet
{
    private protected ScheduleRegistry Registry { get; } = new(new SchedulePlace());

    /// <summary>Runs an action for each of the schedules that names mean. An error is of that schedule alone.</summary>
    private protected void ForEach(IEnumerable<string> names, Action<string> action)
    {
        foreach (var name in names)
            try
            {
                foreach (var one in Matching(name)) action(one);
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, name));
            }
    }

    private IEnumerable<string> Matching(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name)) return [name];
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return Registry.Names.Where(pattern.IsMatch);
    }
}
