# tools/lint/texts.awk - texts that a complete catalogue lacks. Input: templates (#{key}, #{key|Variable}), the stripped source (keys
# that handlers name), then the complete catalogues lang/en.po lang/de.po. A key of one must be in the other with the same {1} {2}.
function want(key, where) { if (!(key in at)) { at[key] = where; wanted[++n] = key } }
function places(text,    i, s) { s = ""; for (i = 1; i <= 9; i++) if (index(text, "{" i "}")) s = s i; return s }
function entry_done()
{
    if (key != "" && text != "") {
        has[file, key] = 1; holes[file, key] = places(text); line_of[file, key] = key_line
        if (!(key in any)) { any[key] = 1; known[++k] = key }
    }
    key = ""; text = ""
}
FILENAME ~ /\.cs$/ {
    rest = $0
    while (match(rest, /#\{[a-z_0-9.]+[|}]/)) {
        want(substr(rest, RSTART + 2, RLENGTH - 3), FILENAME ":" FNR)
        rest = substr(rest, RSTART + RLENGTH)
    }
    next
}
FILENAME ~ /\.po$/ {
    if (FNR == 1) { entry_done(); file = FILENAME; po[++p] = FILENAME; in_text = 0 }
    if (/^msgid "/) { entry_done(); key = $0; sub(/^msgid "/, "", key); sub(/"$/, "", key); key_line = FNR; in_text = 0 }
    else if (/^msgstr(\[[0-9]\])? "/) { in_text = 1; s = $0; sub(/^msgstr(\[[0-9]\])? "/, "", s); sub(/"$/, "", s); text = text s }
    else if (/^"/ && in_text) text = text substr($0, 2, length($0) - 2)
    next
}
{
    split($0, f, "\t")
    if (f[1] !~ /^(engine|cgi-bin)\//) next
    m = split(f[4], str, "\001") # the first part is empty
    if (f[3] ~ /(^|[^a-z_])(form_error|reply_see_other_said)\(/ && f[3] ~ /;/ && str[m] ~ /^[a-z_]+(\.[a-z_0-9]+)+$/) want(str[m], f[1] ":" f[2])
    if (f[3] ~ /(^|[^a-z_])view_text\(/ && m >= 3 && str[3] ~ /^[a-z_]+(\.[a-z_0-9]+)+$/) want(str[3], f[1] ":" f[2])
}
END {
    entry_done()
    for (j = 1; j <= p; j++) {
        for (i = 1; i <= n; i++) if (!((po[j], wanted[i]) in has)) print at[wanted[i]] ": text " wanted[i] " is missing in " po[j]
        for (i = 1; i <= k; i++) if (!((po[j], known[i]) in has) && !(known[i] in at)) print po[j] ":1: text " known[i] " is missing, another catalogue has it"
        for (i = 1; j > 1 && i <= k; i++)
            if (((po[1], known[i]) in has) && ((po[j], known[i]) in has) && holes[po[1], known[i]] != holes[po[j], known[i]])
                print po[j] ":" line_of[po[j], known[i]] ": text " known[i] " has other places for values ({1} {2}) than " po[1]
    }
}
