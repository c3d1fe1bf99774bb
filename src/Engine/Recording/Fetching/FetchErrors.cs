namespace KernelMagnifier.Recording.Fetching;

/// <summary>The errors of files of other hosts.</summary>
internal static class FetchErrors
{
    /// <summary>Why a path of another host is not a file that can be copied.</summary>
    /// <param name="host">The host.</param>
    /// <param name="path">The path.</param>
    /// <param name="kind">N: there is none; O: it is no regular file; P: its permissions; X: it cannot be read.</param>
    public static KernelMagnifierException OfPath(string host, string path, string kind) => kind switch
    {
        "N" => new(ErrorCode.TraceNotFound, $"{host}:{path}", "no file of this host matches.",
            "Give the path of an existing recording of the host."),
        "P" => new(ErrorCode.TraceNotPermitted, $"{host}:{path}", "the permissions of the file do not allow the user to read it.",
            "Connect as its owner, or record with the option that lets all users read the file."),
        "O" => new(ErrorCode.TraceUnreadable, $"{host}:{path}", "this is not a regular file.", "Give the path of a recording."),
        _ => new(ErrorCode.TraceUnreadable, $"{host}:{path}", "the file cannot be read there.", "Read it on the host, to see why."),
    };
}
