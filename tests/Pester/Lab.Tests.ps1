# The cmdlets of the lab, with a program in the place of QEMU that says what a guest says. Real guests are in tests/Live/lab.sh.

BeforeDiscovery {
    . "$PSScriptRoot/Support.ps1"
    $hasPrograms = -not ('bash', 'busybox', 'modprobe', 'cpio', 'setpriv', 'setsid' | Where-Object { -not (Get-Command $_, "/usr/sbin/$_" -ErrorAction Ignore) })
}
BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Push-Location $TestDrive
    $before = $env:PATH, $env:KM_LIVE_CACHE
    $env:KM_LIVE_CACHE = "$TestDrive/cache"
    $workload = ConvertTo-KmWorkload ./sched.txt -WarningAction Ignore

    # A kernel with all modules built in.
    $modules = New-Item -ItemType Directory ./kernel/lib/modules/6.1.0-fake
    $null = New-Item -ItemType Directory ./kernel/boot, ./bin
    Set-Content ./kernel/boot/vmlinuz-6.1.0-fake x
    Set-Content $modules/modules.order ''
    Set-Content $modules/modules.builtin ('virtio/virtio_pci', '9p/9pnet_virtio', '9p/9p', 'block/virtio_blk', 'crypto/crc32c_generic', 'ext4/ext4').ForEach({ "kernel/$_.ko" })
    Set-Content ./bin/qemu-system-x86_64 @'
#!/bin/bash
for argument; do case $argument in file,id=control,path=*) control=${argument#*path=} ;; esac; done
printf 'boot 6.1.0-fake\nstart\n' >> "$control"
printf 'hello \033[31mfrom the guest\n'
cp -r "${control%/control}/share/job" "${control%/control}/kept"
echo "end $(cat "${KM_LIVE_CACHE%/cache}/status")" >> "$control"
'@
    & chmod +x ./bin/qemu-system-x86_64
    $env:PATH = "$TestDrive/bin:$env:PATH"
    $fake = @{ Kernel = './kernel'; Accelerator = 'Emulated' }
}
AfterAll {
    $env:PATH, $env:KM_LIVE_CACHE = $before
    Pop-Location
}

Describe 'Test-KmLab' {
    It 'says what is there' {
        $rows = Test-KmLab
        $rows.Name | Should -Contain qemu-system-x86_64
        ($rows | Where-Object Name -EQ qemu-system-x86_64).Status | Should -Be Ok
        $rows.Status | Should -BeIn Ok, Limited, Missing
        $rows | Where-Object Status -EQ Missing | ForEach-Object { $_.Action | Should -Not -BeNullOrEmpty }
        ($rows | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
    }
    It 'answers with -Quiet' { Test-KmLab -Quiet | Should -Be (-not ((Test-KmLab).Status -contains 'Missing')) }
}

Describe 'Invoke-KmLab' {
    It 'refuses what cannot run' {
        { Invoke-KmLab @fake -Script ./none.sh -ErrorAction Stop } | Should -Throw -ErrorId 'CommandNotFound,*'
        { Invoke-KmLab -KernelImage ./kernel/boot/vmlinuz-6.1.0-fake -Command true -ErrorAction Stop } | Should -Throw -ErrorId 'BadRequest,*'
        { Invoke-KmLab 6.1 -KernelImage ./kernel/boot/vmlinuz-6.1.0-fake -ModulePath ./kernel -Command true } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Invoke-KmLab @fake -Command true -Record Scheduling -Recorder ./none -ErrorAction Stop } | Should -Throw -ErrorId 'ToolNotFound,*'
        { Invoke-KmLab @fake -Command true -ArgumentList "a`nb" -ErrorAction Stop } | Should -Throw -ErrorId 'BadRequest,*'
        { Invoke-KmLab @fake -Command true -Timeout 0 -ErrorAction Stop } | Should -Throw -ErrorId 'BadRequest,*' -ExpectedMessage '*above 0*'
        { Invoke-KmLab @fake -Command true -Cpu 65 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Invoke-KmLab @fake -Workload 5 -ErrorAction Stop } | Should -Throw -ErrorId 'NotAWorkload,*'
        { Invoke-KmLab @fake -Workload ./none.json -ErrorAction Stop } | Should -Throw -ErrorId 'WorkloadNotFound,*'
        { Invoke-KmLab @fake -Workload ./sched.txt -ErrorAction Stop } | Should -Throw -ErrorId 'WorkloadUnreadable,*'
    }
    It 'refuses a kernel that is not there' -Skip:(-not $hasPrograms) {
        { Invoke-KmLab ./none/ -Command true -ErrorAction Stop } | Should -Throw -ErrorId 'KernelUnreadable,*'
    }
    It 'names the package of a program that is not there' {
        $path = $env:PATH
        try {
            $env:PATH = '/nonexistent'
            { Invoke-KmLab @fake -Command true -Output ./nothing -ErrorAction Stop } | Should -Throw -ErrorId 'ToolNotFound,*' -ExpectedMessage '*qemu-system-x86_64*'
        }
        finally { $env:PATH = $path }
        Test-Path ./nothing | Should -BeFalse
    }
    It 'boots nothing with -WhatIf' {
        Invoke-KmLab @fake -Command true -Output ./whatif -WhatIf | Should -BeNullOrEmpty
        Test-Path ./whatif | Should -BeFalse
    }
    It 'returns a run for each combination' -Skip:(-not $hasPrograms) {
        Set-Content ./status 0
        $runs = Invoke-KmLab @fake -Command true -Output ./runs -Matrix @{ Cpu = 1, 2 } -Parameter '', quiet
        $runs.Outcome | Should -Be Completed, Completed, Completed, Completed
        $runs.ForEach({ "$($_.Cpus) $($_.Parameter)" }) | Should -Be '1 ', '1 quiet', '2 ', '2 quiet'
        $runs[0].KernelRelease | Should -Be 6.1.0-fake
        $runs[0].LastLines[-1] | Should -Be 'hello from the guest'
        $runs[0].ExitCode | Should -Be 0
        $runs[0].Reason | Should -BeNullOrEmpty
        ($runs | Out-String -Width 120) -split "`n" | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
    }
    It 'writes an error for a run that failed, and returns it' -Skip:(-not $hasPrograms) {
        Set-Content ./status 7
        $run = Invoke-KmLab @fake -Command true -Output ./failed -ErrorVariable errors -ErrorAction SilentlyContinue
        $run.Outcome | Should -Be Failed
        $run.ExitCode | Should -Be 7
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeLike 'GuestFailed,*'
        $errors[0].TargetObject | Should -Be $run
    }
    It 'runs a workload, a copy of one, and the path of one alike' -Skip:(-not $hasPrograms) {
        Set-Content ./status 0
        $workload | Export-KmWorkload ./w.json
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($workload))
        $runs = $workload, $copy, './w.json', (Get-Item ./w.json) | Invoke-KmLab @fake -Output ./workloads
        $runs.Outcome | Should -Be Completed, Completed, Completed, Completed
        $jobs = $runs.ForEach({ Get-Content "$($_.Directory)/kept/rtapp.json" -Raw })
        $jobs[0] | Should -Match '"tasks"'
        $jobs | Sort-Object -Unique | Should -HaveCount 1
        $runs.ForEach({ $_.Workload.Tasks.Count }) | Sort-Object -Unique | Should -Be $workload.Tasks.Count
    }
}
