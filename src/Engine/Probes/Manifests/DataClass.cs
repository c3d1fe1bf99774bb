namespace KernelMagnifier.Probes.Manifests;

/// <summary>What a probe collects, from the least sensitive to the most. Each class includes those before it.</summary>
internal enum DataClass
{
    /// <summary>Numbers: counts, times, sizes, numbers of CPUs, processes, interrupts and system calls.</summary>
    Counters,

    /// <summary>Names of tasks, kernel functions, devices and users, and kernel stacks.</summary>
    Names,

    /// <summary>Arguments of functions and system calls that are not text, and stacks of user space.</summary>
    Arguments,

    /// <summary>Paths of files, command lines and environments.</summary>
    Paths,

    /// <summary>Content of memory, files and packets.</summary>
    Payload,
}
