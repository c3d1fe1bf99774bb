namespace KernelMagnifier.Lab;

/// <summary>What runs the CPUs of a guest.</summary>
internal enum LabAccelerator
{
    /// <summary>KVM if a guest boots with it, else emulation.</summary>
    Auto,

    /// <summary>The CPUs of this machine.</summary>
    Kvm,

    /// <summary>QEMU's emulation (TCG).</summary>
    Emulated,
}
