# tools/lint/banned.awk - functions that the house does not use. Input: the stripped source.
BEGIN {
    use["strcpy"] = use["strcat"] = use["strncpy"] = use["strncat"] = use["stpcpy"] = "buf_put, arena_strdup or snprintf"
    use["sprintf"] = use["vsprintf"] = "snprintf, buf_printf or arena_printf"
    use["gets"] = use["strtok"] = use["strtok_r"] = "a bounded loop over the text"
    use["atoi"] = use["atol"] = use["atoll"] = use["atof"] = "the checked readers of base/text.h"
    use["system"] = use["popen"] = use["wordexp"] = "nothing: programs start no shell"
    use["tmpnam"] = use["tempnam"] = use["mktemp"] = "mkstemp or O_TMPFILE"
    use["alloca"] = "the arena"
    use["setjmp"] = use["longjmp"] = use["sigsetjmp"] = use["siglongjmp"] = "enum err and TRY()"
    use["ctime"] = use["asctime"] = use["localtime"] = use["gmtime"] = "clock_text of base/clock.h"
    use["abort"] = "fail(E_BUG, ...)"
    use["setlocale"] = "nothing: programs run in LC_ALL=C.UTF-8"
    split("execl execlp execle execv execvp execvpe execve fexecve posix_spawn posix_spawnp", e, " ")
    for (i in e) exec[e[i]] = 1
}
{
    split($0, f, "\t"); file = f[1]; code = f[3]
    if (file !~ /^(engine|cgi-bin|bin)\//) next
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*\(/)) {
        before = RSTART > 1 ? substr(code, RSTART - 1, 1) : " "
        two = RSTART > 2 ? substr(code, RSTART - 2, 2) : "  "
        call = substr(code, RSTART, RLENGTH - 1); code = substr(code, RSTART + RLENGTH)
        if (before == "." || two == "->") continue
        if (call in use) print file ":" f[2] ": " call "() is banned; use " use[call]
        if (call in exec && !(file ~ /^bin\// && f[5] ~ /exec: /))
            print file ":" f[2] ": " call "() only in bin/, with a comment \"exec: why\" on its line"
    }
}
