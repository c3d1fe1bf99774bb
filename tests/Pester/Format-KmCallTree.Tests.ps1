BeforeAll {
    . "$PSScriptRoot/Support.ps1"
    Push-Location $TestDrive
    Expand-TestData tcp-echo.trace.zst $TestDrive/echo.trace -Lines (6000..8999)
    $calls = Import-KmTrace echo.trace -WarningAction Ignore
    $edges = Import-KmTrace echo.trace -AsEdge -WarningAction Ignore
}
AfterAll { Pop-Location }

Describe 'Format-KmCallTree' {
    It 'returns lines with the counts of the edges' {
        $lines = $edges | Format-KmCallTree tcp_sendmsg -Depth 1 -Top 1000 -Charset Ascii
        $lines | Should -BeOfType string
        $shown = [regex]::Matches($lines -join "`n", '(?m)^ *([\d,]+)  .{10}  [|`]- (\w+)').ForEach({ "$($_.Groups[2]) $($_.Groups[1])" }) | Sort-Object
        $plain = $calls | Where-Object Caller -CEQ tcp_sendmsg | Group-Object Function -CaseSensitive -NoElement | ForEach-Object { "$($_.Name) $($_.Count.ToString('N0'))" } | Sort-Object
        $shown -join "`n" | Should -BeExactly ($plain -join "`n")
        @($shown).Count | Should -BeGreaterThan 2
    }
    It 'shows the same callers for calls and for edges' {
        $ofEvents = $calls | Format-KmCallTree _raw_spin_lock -Direction Callers -Depth 2
        $ofEvents[0] | Should -BeLikeExactly '*  Callers, by caller links'
        ($edges | Format-KmCallTree _raw_spin_lock -Direction Callers -Depth 2) -join "`n" | Should -BeExactly ($ofEvents -join "`n")
    }
    It 'uses the character set of the locale by default' {
        $script = "Import-Module '$modulePath'; Import-KmTrace '$TestDrive/echo.trace' -AsEdge -WarningAction Ignore | Format-KmCallTree tcp_sendmsg"
        (env LC_ALL=C.UTF-8 TERM=xterm $pwsh -NoProfile -c $script) -join '' | Should -Match '├─'
        (env LC_ALL=C TERM=xterm $pwsh -NoProfile -c $script) -join '' | Should -Not -Match '[^ -~]'
    }
    It 'accepts wildcards and several functions' {
        $lines = $edges | Format-KmCallTree 'tcp_send*', ip_output -Depth 1
        @($lines -eq '').Count | Should -Be (@($lines -clike '*  Callees, by caller links').Count - 1)
        @($lines -clike '*  Callees, by caller links').Count | Should -BeGreaterThan 2
    }
    It 'reports a function that the input does not have' {
        { $edges | Format-KmCallTree tcp_sendmsgs -ErrorAction Stop } | Should -Throw '*Did you mean tcp_sendmsg*' -ErrorId 'FunctionNotFound,*'
        { 1 | Format-KmCallTree x } | Should -Throw -ErrorId 'NotACall,*'
    }
    It 'completes functions from the recording on the command line' {
        $line = 'Import-KmTrace ./echo.trace | Format-KmCallTree -Function tcp_s'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'tcp_sendmsg'
    }
}
