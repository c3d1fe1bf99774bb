# Settings of PSScriptAnalyzer: see build/lint.ps1.
@{
    Severity     = 'Warning', 'Error'
    ExcludeRules = @(
        # Pester runs BeforeAll and It in one scope; the analyzer sees two.
        'PSUseDeclaredVarsMoreThanAssignments'
        # PowerShell 7 reads UTF-8 without a byte order mark.
        'PSUseBOMForUnicodeEncodedFile'
        # Function names differ by case, so their tables are case-sensitive hashtables, which have no literal.
        'PSUseLiteralInitializerForHashtable'
    )
}
