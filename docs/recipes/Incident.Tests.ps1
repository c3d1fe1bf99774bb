# Copy this file beside your incident files. Each incident is a test: red on a kernel where its symptom comes back, green where it
# does not. Run it with Pester 5 or 6:
#   Invoke-Pester ./Incident.Tests.ps1
# It boots guests with the kernels of $env:KM_KERNELS (6.1,6.12), or judges the recordings of $env:KM_RECORDINGS, which needs no guest.

BeforeDiscovery {
    $incidents = Get-ChildItem ($env:KM_INCIDENTS ?? $PSScriptRoot) -Filter *.kmi
}

BeforeAll {
    Import-Module KernelMagnifier
    $kernels = ($env:KM_KERNELS ?? 'bookworm') -split ','
}

Describe 'Incident <_.BaseName>' -ForEach $incidents {
    It 'does not come back' {
        if ($env:KM_RECORDINGS) { Invoke-KmIncident $_.FullName -Recording ($env:KM_RECORDINGS -split ',') -Assert }
        else { Invoke-KmIncident $_.FullName -Kernel $kernels -Count 5 -Assert }
    }
}
