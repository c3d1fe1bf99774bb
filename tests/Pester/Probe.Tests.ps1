BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    $place = (New-Item -ItemType Directory "$HOME/.km-test-$([guid]::NewGuid())").FullName
    New-ProbePlace $place first
}
AfterAll {
    $env:KM_PROBE_LIBRARY = $env:KM_PROBE_POLICY = $null
    Remove-Item -Recurse -Force $place
}

Describe 'Probes' {
    It 'go from their author to reviewers and back' {
        (New-KmProbe second -Title 'Two').State | Should -Be Draft
        (Submit-KmProbe second -SigningKey "$place/alice").State | Should -Be Submitted
        (Approve-KmProbe second -SigningKey "$place/alice" -ErrorAction SilentlyContinue -ErrorVariable refused) | Should -BeNullOrEmpty
        $refused.FullyQualifiedErrorId | Should -BeLike 'ProbeRefused,*'
        $approved = Approve-KmProbe second -SigningKey "$place/bob"
        $approved.State, $approved.Author, $approved.Approvers | Should -Be Approved, alice, bob
        (Get-KmProbe s* -State Approved).Name | Should -Be second
        Add-Content $place/probes/second/second.bt '// one more line'
        (Get-KmProbe second).State | Should -Be Changed
        $difference = Compare-KmProbe second
        ($difference | Where-Object Kind -EQ Added).Text | Should -Be '// one more line'
        ($difference | Where-Object Kind -EQ Same).Count | Should -Be 3
        (Update-KmProbe second -Apply).ProposedVersion | Should -Be '0.1.1'
        (Get-KmProbe second).Version | Should -Be '0.1.1'
        $null = Submit-KmProbe second -SigningKey "$place/alice"
        (Get-KmProbe second | Approve-KmProbe -SigningKey "$place/bob").State | Should -Be Approved
        $revoked = Revoke-KmProbe second -SigningKey "$place/bob" -Reason 'overhead on 6.12'
        $revoked.State | Should -Be Revoked
        $revoked.Reason | Should -BeLike '*: overhead on 6.12.'
    }
    It 'are created once, and not with -WhatIf' {
        New-KmProbe third -Title Three -WhatIf
        Test-Path $place/probes/third | Should -BeFalse
        New-KmProbe first -Title One -ErrorAction SilentlyContinue -ErrorVariable exists
        $exists.FullyQualifiedErrorId | Should -BeLike 'ProbeExists,*'
        New-KmProbe '../x' -Title One -ErrorAction SilentlyContinue -ErrorVariable bad
        $bad.FullyQualifiedErrorId | Should -BeLike 'BadRequest,*'
    }
    It 'are refused in a library that others can write to' {
        chmod o+w $place/probes
        try { Get-KmProbe -ErrorAction SilentlyContinue -ErrorVariable unsafe | Should -BeNullOrEmpty } finally { chmod o-w $place/probes }
        $unsafe.FullyQualifiedErrorId | Should -BeLike 'ProbeLibraryNotSafe,*'
    }
    It 'that need a review are found' {
        Get-KmProbe first -Expiring 30d | Should -BeNullOrEmpty
        $null = Submit-KmProbe first -SigningKey "$place/alice"
        $null = Approve-KmProbe first -SigningKey "$place/bob" -Expires (Get-Date).AddDays(20)
        (Get-KmProbe -Expiring 30d).Name | Should -Be first
        Get-KmProbe first -Expiring 2w | Should -BeNullOrEmpty
    }
    It 'are completed by name: <_>' -ForEach (
        'Get-KmProbe f', 'Test-KmProbe f', 'Submit-KmProbe f', 'Approve-KmProbe f', 'Deny-KmProbe f', 'Revoke-KmProbe f', 'Resume-KmProbe f', 'Update-KmProbe f',
        'Compare-KmProbe f', 'Invoke-KmProbe f', 'Get-KmProbeAudit f', 'Import-KmProbeLog ./x -Probe f') {
        (TabExpansion2 $_ $_.Length).CompletionMatches.CompletionText | Should -Contain first
    }
    It 'complete their states, maturities and actions: <line>' -ForEach @(
        @{ line = 'Get-KmProbe -State Ap'; value = 'Approved' }, @{ line = 'Get-KmProbe -Maturity St'; value = 'Stable' }
        @{ line = 'Get-KmProbeAudit -Action Ref'; value = 'Refused' }) {
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be $value
    }
    It 'go through pipelines by name and library' {
        $variable, $env:KM_PROBE_LIBRARY = $env:KM_PROBE_LIBRARY, $null
        try {
            $probe = Get-KmProbe first -Library $variable
            $env:KM_PROBE_LIBRARY = '/nonexistent'
            ($probe | Get-KmProbe).Name | Should -Be first
            ($probe | Test-KmProbe -NoDryRun).Name | Should -Be first
            ($probe | Compare-KmProbe -WarningAction Ignore).Count | Should -BeGreaterThan 0
            ($probe | Update-KmProbe).Name | Should -Be first
            $probe | Invoke-KmProbe -WhatIf
        } finally { $env:KM_PROBE_LIBRARY = $variable }
    }
    It 'that a pattern does not match are a warning: <_>' -ForEach ('Get-KmProbe zzz*', 'Test-KmProbe zzz*', 'Submit-KmProbe zzz*') {
        $output = Invoke-Shell $_
        $output.Output | Should -BeNullOrEmpty
        $output.Streams.Error | Should -BeNullOrEmpty
        $output.Streams.Warning | Should -BeLike '*zzz*'
    }
    It 'are audited when they are refused' {
        $null = New-KmProbe refused -Title 'Nobody approved it'
        Invoke-KmProbe refused -ErrorAction SilentlyContinue -ErrorVariable no | Should -BeNullOrEmpty
        $no.FullyQualifiedErrorId | Should -BeLike 'ProbeNotApproved,*'
        (Get-KmProbeAudit refused -Action Refused).Probe | Should -Be refused
        (Get-KmProbe refused | Get-KmProbeAudit).Action | Should -Be Refused
        (Test-KmProbeAudit).Verdict | Should -Be Whole
        $output = Invoke-Shell 'Get-KmProbeAudit nobody'
        $output.Streams.Warning | Should -BeLike '*nobody*'
    }
    It 'are attached in a guest' {
        # The real one is in the live suite.
        $lab = New-Item -ItemType Directory "$place/lab"
        @'
cd "$2/share/trial" || exit 1
[ "$1" != none ] || { echo 'apt-get has no kernel' >&2; exit 3; }
echo 6.1.0-fake > ../release
for program in *.bt; do
    name=${program%.bt}
    case $name in broken) printf '%s\t1\t1\t\tERROR: no such \033[31mprobe\n' $name ;; *) printf '%s\t0\t2\t3\t\n' $name ;; esac
done > ../trial.tsv
'@ | Set-Content $lab/attach.sh
        $scripts = [KernelMagnifier.Cmdlets.TestKmProbeCommand].Assembly.GetType('KernelMagnifier.Cmdlets.Probes.LabScripts').GetProperty('Folder')
        $own = $scripts.GetValue($null)
        Test-Path "$own/attach.sh" | Should -BeTrue
        $null = New-KmProbe broken -Title Broken
        $null = New-KmProbe bad -Title Bad
        Add-Content $place/probes/bad/bad.bt 'BEGIN { system("id"); }'
        try {
            $scripts.SetValue($null, $lab.FullName)
            $checks = Get-KmProbe first, broken, bad | Test-KmProbe -InLab -NoDryRun
            $checks.Count | Should -Be 6
            $checks[0].Name, $checks[0].Lab, $checks[0].LabProbes, $checks[0].KernelRelease, $checks[0].Kernel | Should -Be first, Attached, 3, '6.1.0-fake', bookworm
            $checks[1].Lab, $checks[1].Verdict | Should -Be Failed, Failed
            $checks[2].Lab | Should -BeNullOrEmpty
            $checks[2].LabMessage | Should -BeLike '*a rule refuses it*'
            $checks[3].Kernel | Should -Be newer
            $checks | Out-String -Width 120 | Should -Not -Match "`e\[31m"
            (Test-KmProbe first -InLab -Kernel newer -NoDryRun).Kernel | Should -Be newer
            Test-KmProbe first -InLab -Kernel /nonexistent -ErrorAction SilentlyContinue -ErrorVariable none | Should -BeNullOrEmpty
            $none.Count | Should -BeGreaterThan 0
        } finally { $scripts.SetValue($null, $own) }
    }
}
