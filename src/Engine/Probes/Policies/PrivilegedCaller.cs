using KernelMagnifier.Native;

namespace KernelMagnifier.Probes.Policies;

/// <summary>
/// An unprivileged user who runs this program as root, by sudo, pkexec or doas. Such a user chooses among what the machine's policy
/// allows, and does not bring a policy or a library.
/// </summary>
internal static class PrivilegedCaller
{
    /// <summary>The program that made the user root; null if this is not root, or root itself.</summary>
    public static string? Program => Find(ProcessCalls.EffectiveUser(), Environment.GetEnvironmentVariable);

    /// <summary>The program that made a user root; null for none.</summary>
    /// <param name="effectiveUser">The effective user.</param>
    /// <param name="variable">The variables of the environment.</param>
    public static string? Find(uint effectiveUser, Func<string, string?> variable)
    {
        if (effectiveUser != 0) return null;
        if (IsUser(variable("SUDO_UID"), "0")) return "sudo";
        if (IsUser(variable("PKEXEC_UID"), "0")) return "pkexec";
        return IsUser(variable("DOAS_USER"), "root") ? "doas" : null;
    }

    /// <summary>
    /// The user who became root: the name that sudo or doas states, and the id that pkexec states, in digits; null if this is not
    /// root, or root itself.
    /// </summary>
    public static string? User => FindUser(ProcessCalls.EffectiveUser(), Environment.GetEnvironmentVariable);

    /// <summary>The user who became root; null for none, and empty if it is not stated.</summary>
    /// <param name="effectiveUser">The effective user.</param>
    /// <param name="variable">The variables of the environment.</param>
    public static string? FindUser(uint effectiveUser, Func<string, string?> variable) => Find(effectiveUser, variable) switch
    {
        "sudo" => variable("SUDO_USER") ?? "",
        "pkexec" => variable("PKEXEC_UID") ?? "",
        "doas" => variable("DOAS_USER") ?? "",
        _ => null,
    };

    /// <summary>Why a user cannot declare an emergency; null if nothing is against it.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="user">The user who became root; null for root itself.</param>
    public static string? WhyNoEmergency(ProbePolicy policy, string? user)
        => !policy.AllowsEmergency ? "the policy does not allow emergencies."
            : user is null || policy.EmergencyUsers.Contains(user, StringComparer.Ordinal) ? null
            : $"the policy does not let {(user.Length > 0 ? user : "this user")} declare an emergency.";

    /// <summary>Refuses an option or a variable that names another place than the machine's own.</summary>
    /// <param name="what">What it names: <c>policy</c> or <c>library</c>.</param>
    /// <param name="named">The place; null if none is named.</param>
    /// <param name="own">The machine's own places.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>.</exception>
    public static void Refuse(string what, string? named, IEnumerable<string> own) => Refuse(what, named, own, Program);

    /// <summary>Refuses an option or a variable that names another place than the machine's own.</summary>
    /// <param name="what">What it names: <c>policy</c> or <c>library</c>.</param>
    /// <param name="named">The place; null if none is named.</param>
    /// <param name="own">The machine's own places.</param>
    /// <param name="program">The program that made the user root; null for none.</param>
    public static void Refuse(string what, string? named, IEnumerable<string> own, string? program)
    {
        if (program is null || named is null || own.Any(place => Same(place, named))) return;
        throw new KernelMagnifierException(ErrorCode.ProbeRefused, named,
            $"a user who became root by {program} cannot choose the {what}.", $"Omit it. The machine's own {what} is used.");
    }

    private static bool IsUser(string? value, string root) => value is { Length: > 0 } && value != root;

    // Only places that are spelled the same are: a link is one that somebody else may have made.
    private static bool Same(string a, string b)
        => b.Length > 0 && b[0] == '/' && string.Equals(a.TrimEnd('/'), b.TrimEnd('/'), StringComparison.Ordinal);
}
