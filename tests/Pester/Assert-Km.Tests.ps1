BeforeDiscovery {
    $shared = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    $isShared = Test-Path $shared
}
BeforeAll {
    . $PSScriptRoot/Support.ps1
    $shared = $env:KM_SHARED_DATA ? "$env:KM_SHARED_DATA/latency" : "$PSScriptRoot/../../../shared/data/latency"
    Expand-TestData latency/sched.txt.zst $TestDrive/sched.txt
    Expand-TestData tcp-echo.trace.zst $TestDrive/calls.txt
    Push-Location $TestDrive
}
AfterAll { Pop-Location }

Describe 'Assert-KmLatency' {
    It 'passes without output, and returns what it found with -PassThru' {
        Assert-KmLatency ./sched.txt -Kind Wakeup -P50 -LessThan 1s | Should -BeNullOrEmpty
        $one = Assert-KmLatency ./sched.txt -Kind Wakeup -P50 -LessThan 1s -PassThru
        $one.Passed | Should -BeTrue
        $one.Outcome | Should -Be Passed
        $one.Subject | Should -Be 'Wakeup P50'
        $one.Expected | Should -Be 'less than 1.000 s'
        $one.Evidence | Should -BeLike '* intervals, 95 % confidence interval *'
        $one.NextCommand | Should -BeLike "Trace-KmLatencyCause *sched.txt -Kind Wakeup -Above 1s -Total"
    }
    It 'fails with expected, found, evidence and the command to look closer' {
        $failure = { Assert-KmLatency ./sched.txt -Kind Wakeup -P50 -LessThan 100ns -Because 'it must' } |
            Should -Throw -ErrorId 'AssertionFailed,*' -PassThru
        $failure.Exception.Message | Should -BeLike 'Wakeup P50: expected less than 100 ns, found * intervals*Look closer: Trace-KmLatencyCause *Because it must'
        $failure.TargetObject.Outcome | Should -Be Failed
        $failure.ErrorDetails.RecommendedAction | Should -BeLike 'Trace-KmLatencyCause*'
    }
    It 'compares by <Name> with the limit itself' -ForEach @(
        @{ Name = 'LessThan'; Holds = $false }, @{ Name = 'AtMost'; Holds = $true }, @{ Name = 'GreaterThan'; Holds = $false }, @{ Name = 'AtLeast'; Holds = $true }
    ) {
        $max = (Measure-KmLatency ./sched.txt -Kind OnCpu).MaxNanoseconds
        $limit = @{ $Name = "${max}ns" }
        # A TimeSpan has ticks of 100 ns; the maximum of this recording is whole microseconds.
        $max % 100 | Should -Be 0
        $found = try { (Assert-KmLatency ./sched.txt -Kind OnCpu -Max @limit -PassThru).Passed } catch { $_.TargetObject.Passed }
        $found | Should -Be $Holds
    }
    It 'takes latencies, files, paths and copies' {
        (Measure-KmLatency ./sched.txt -Kind Wakeup | Assert-KmLatency -P50 -LessThan 1s -PassThru).Passed | Should -BeTrue
        (Get-Item ./sched.txt | Should-KmLatency -Kind Wakeup -P50 -LessThan 1s -PassThru).Passed | Should -BeTrue
        ('./sched.txt' | Should-KmLatency -Kind Wakeup -P50 -LessThan 1s -PassThru).Passed | Should -BeTrue
        Measure-KmLatency ./sched.txt -Kind Wakeup | Export-Clixml ./latency.xml
        (Import-Clixml ./latency.xml | Assert-KmLatency -P50 -LessThan 1s -PassThru).Subject | Should -Be 'Wakeup P50'
        { 5 | Assert-KmLatency -P50 -LessThan 1s } | Should -Throw -ErrorId 'NotALatency,*'
    }
    It 'never passes without intervals, and says why' {
        $failure = { Assert-KmLatency ./sched.txt -Kind Block -P50 -LessThan 1s } | Should -Throw -ErrorId 'AssertionUndecided,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*block:block_rq_issue*'
        { Assert-KmLatency ./sched.txt -Kind Wakeup -Comm nobody -P50 -LessThan 1s 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
        { Assert-KmLatency ./nothing.dat -Kind Wakeup -P50 -LessThan 1s -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'AssertionUndecided,*'
    }
    It 'never passes with too few intervals for the percentile' {
        $failure = { Assert-KmLatency ./sched.txt -Kind WakeupNew -P999 -LessThan 10s } | Should -Throw -ErrorId 'AssertionUndecided,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*P999 needs n*3688*'
    }
    It 'holds for each latency of -By' {
        $all = Assert-KmLatency ./sched.txt -Kind OnCpu -Max -LessThan 10s -By Cpu -PassThru
        $all.Count | Should -Be (Measure-KmLatency ./sched.txt -Kind OnCpu -By Cpu).Count
        $failure = { Assert-KmLatency ./sched.txt -Kind OnCpu -Max -LessThan 1ns -By Task } | Should -Throw -ErrorId 'AssertionFailed,*' -PassThru
        $failure.Exception.Message | Should -BeLike "*`n*`n… and * more."
    }
    It 'needs one number and one limit' {
        { Assert-KmLatency ./sched.txt -LessThan 1s } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmLatency ./sched.txt -P50 -P99 -LessThan 1s } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmLatency ./sched.txt -P50 } | Should -Throw -ErrorId 'ParametersContradict,*'
    }
    It 'does not pass where lost events may hide the longest' -Skip:(-not $isShared) {
        $failure = { Assert-KmLatency "$shared/all-lossy.dat" -Kind Wakeup -Max -LessThan 100s 3> $null } |
            Should -Throw -ErrorId 'AssertionUndecided,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*32,431 events were lost or not parsed, 18 intervals span the gaps*'
        # One that is too long is enough, whatever was lost.
        { Assert-KmLatency "$shared/all-lossy.dat" -Kind Wakeup -Max -LessThan 1ms 3> $null } | Should -Throw -ErrorId 'AssertionFailed,*'
        # As many intervals as were measured may lie in the gaps.
        { Assert-KmLatency "$shared/all-lossy.dat" -Kind Wakeup -P50 -LessThan 10ms 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
    }
    It 'passes where the lost events cannot change the outcome' {
        $lines = Get-Content ./sched.txt
        $middle = [int]($lines.Count / 2)
        $lines[0..$middle] + 'CPU:1 [LOST 6 EVENTS]' + $lines[($middle + 1)..($lines.Count - 1)] | Set-Content ./lossy-sched.txt
        (Assert-KmLatency ./lossy-sched.txt -Kind Wakeup -P50 -LessThan 1s -PassThru 3> $null).Outcome | Should -Be Passed
        { Assert-KmLatency ./lossy-sched.txt -Kind Wakeup -Max -LessThan 100s 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
    }
    It 'has no limit for a clock without a unit' -Skip:(-not $isShared) {
        $failure = { Assert-KmLatency "$shared/all-tsc.dat.zst" -Kind Wakeup -P50 -LessThan 1s } |
            Should -Throw -ErrorId 'AssertionUndecided,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*counts without a unit of time*'
    }
    It 'never passes on a recording that is cut' -Skip:(-not $isShared) {
        $bytes = [IO.File]::ReadAllBytes("$shared/sched.dat")
        [IO.File]::WriteAllBytes("$PWD/cut.dat", $bytes[0..[int]($bytes.Length * 0.8)])
        { Assert-KmLatency ./cut.dat -Kind Wakeup -P50 -LessThan 100s 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
        (Compare-KmTrace "$shared/sched.dat" ./cut.dat -Kind Wakeup 3> $null).Verdict | Sort-Object -Unique | Should -Be NotComparable
    }
    It 'asserts that nothing has regressed against a baseline' {
        Save-KmBaseline ./base.json ./sched.txt -Kind Wakeup -Force
        $found = try { Assert-KmLatency ./sched.txt -Kind Wakeup -P50 -Baseline ./base.json } catch { $_.TargetObject }
        $found.Subject | Should -Be 'Wakeup P50'
        # One short recording on each side is no evidence, so this never passes.
        $found.Outcome | Should -Be Undecided
        $found.Evidence | Should -BeLike 'Inconclusive (SinglePair)*'
        $found.NextCommand | Should -BeLike 'Compare-KmTrace *base.json *sched.txt -Kind Wakeup'
        $row = Compare-KmTrace ./base.json ./sched.txt -Kind Wakeup -Metric P50
        $row.Verdict | Should -Be Inconclusive
        { Assert-KmLatency ./sched.txt -Baseline (Get-KmBaseline ./base.json) -P99 } | Should -Throw -ErrorId 'AssertionUndecided,*'
        { Assert-KmLatency ./sched.txt -Baseline ./base.json -LessThan 1s } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmLatency ./sched.txt -Baseline ./base.json -Mean } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmLatency ./sched.txt -P50 -LessThan 1s -Threshold 10% } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmLatency ./sched.txt -Baseline ./nothing.json } | Should -Throw
    }
    It 'fits 120 columns' {
        $one = Assert-KmLatency ./sched.txt -Kind Wakeup -P50 -LessThan 1s -PassThru
        foreach ($view in 'Format-List', 'Format-Table', 'Format-Custom') {
            $one | & $view | Out-String -Width 120 -Stream | ForEach-Object { $_.TrimEnd().Length | Should -BeLessOrEqual 120 }
        }
    }
}

Describe 'Assert-KmCall' {
    It 'asserts that a function was called, and how often' {
        $calls = (Import-KmTrace ./calls.txt -Function tcp_sendmsg | Measure-KmCall).Calls
        Assert-KmCall ./calls.txt -Function tcp_sendmsg -Called | Should -BeNullOrEmpty
        (Assert-KmCall ./calls.txt -Function tcp_sendmsg -AtLeast $calls -AtMost $calls -PassThru).Found | Should -Be "$calls calls"
        { Assert-KmCall ./calls.txt -Function tcp_sendmsg -AtMost ($calls - 1) } | Should -Throw -ErrorId 'AssertionFailed,*'
        { Assert-KmCall ./calls.txt -Function tcp_sendmsg -NotCalled } | Should -Throw -ErrorId 'AssertionFailed,*'
        { Assert-KmCall ./calls.txt -Function no_such_function -Called } | Should -Throw -ErrorId 'AssertionFailed,*'
        (Assert-KmCall ./calls.txt -Function no_such_function -NotCalled -PassThru).Passed | Should -BeTrue
    }
    It 'asserts that functions are never called in a context' {
        $in = Import-KmTrace ./calls.txt -Function tcp_v4_rcv | Group-Object Context -NoElement
        $in.Name | Should -Be SoftIrq
        (Assert-KmCall ./calls.txt -Function tcp_v4_rcv -NeverIn HardIrq, Nmi -PassThru).Passed | Should -BeTrue
        $failure = { Assert-KmCall ./calls.txt -Function tcp_v4_rcv -NeverIn SoftIrq, HardIrq } | Should -Throw -ErrorId 'AssertionFailed,*' -PassThru
        $failure.Exception.Message | Should -BeLike "*expected no call in SoftIrq or HardIrq context, found * in SoftIrq context*"
    }
    It 'takes calls, edges and counts' {
        Import-KmTrace ./calls.txt | Should-KmCall -Function tcp_sendmsg -Called
        Import-KmTrace ./calls.txt -AsEdge | Assert-KmCall -Function tcp_sendmsg -Called
        { Import-KmTrace ./calls.txt -AsEdge | Assert-KmCall -Function tcp_v4_rcv -NeverIn SoftIrq } | Should -Throw -ErrorId 'NotForEdges,*'
        './calls.txt' | Should-KmCall -Function tcp_sendmsg -Called
    }
    It 'never passes on calls that may be lost' {
        $lines = Get-Content ./calls.txt
        $lines[0..99] + 'CPU:0 [LOST 5 EVENTS]' + $lines[100..($lines.Count - 1)] | Set-Content ./lossy.txt
        { Assert-KmCall ./lossy.txt -Function no_such_function -NotCalled 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
        { Assert-KmCall ./lossy.txt -Function tcp_sendmsg -NotCalled 3> $null } | Should -Throw -ErrorId 'AssertionFailed,*'
        Assert-KmCall ./lossy.txt -Function tcp_sendmsg -Called 3> $null
    }
    It 'never passes on a selection without calls' {
        $failure = { Assert-KmCall ./calls.txt -Function tcp_sendmsg -Comm nobody -NotCalled } | Should -Throw -ErrorId 'AssertionUndecided,*' -PassThru
        $failure.Exception.Message | Should -BeLike '*No call passes the other filters*'
    }
    It 'never passes on a recording without calls' {
        { Assert-KmCall ./sched.txt -Function tcp_sendmsg -NotCalled 3> $null } | Should -Throw -ErrorId 'AssertionUndecided,*'
    }
    It 'needs something to assert' {
        { Assert-KmCall ./calls.txt -Function tcp_sendmsg } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmCall ./calls.txt -Called } | Should -Throw -ErrorId 'ParametersContradict,*'
        { Assert-KmCall ./calls.txt -Function tcp_sendmsg -Called -NotCalled } | Should -Throw -ErrorId 'ParametersContradict,*'
    }
}

Describe 'docs/recipes/Latency.Tests.ps1' -Skip:(-not $isShared) {
    BeforeAll {
        $pester = (Get-Module Pester).Path
        function Invoke-Recipe([string] $Text) {
            Set-Content ./Latency.Tests.ps1 ($Text -replace 'Import-Module KernelMagnifier', "Import-Module '$modulePath'")
            $env:KM_RECORDING = "$shared/all.dat"
            try {
                & $pwsh -NoProfile -NonInteractive -Command "Import-Module '$pester'; `$r = Invoke-Pester ./Latency.Tests.ps1 -PassThru -Output None; `"`$(`$r.PassedCount) passed, `$(`$r.FailedCount) failed`"; `$r.Failed.ErrorRecord.Exception.Message"
            } finally { $env:KM_RECORDING = $null }
        }
        $recipe = Get-Content "$root/docs/recipes/Latency.Tests.ps1" -Raw
    }
    It 'passes where the limits hold' { Invoke-Recipe $recipe | Should -Be '5 passed, 0 failed' }
    It 'fails where one does not, with the reason' {
        $output = Invoke-Recipe ($recipe -replace '50ms', '1ms')
        $output[0] | Should -Be '4 passed, 1 failed'
        "$output" | Should -BeLike '*Wakeup P99: expected less than 1.000 ms, found 5.587 ms*Because requests time out*'
    }
}
