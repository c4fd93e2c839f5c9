# tools/lint/template.awk - templates: escaping stays on, no inline code, quoted attributes. Input: .cs files.
function say(what) { print last ":" line ": " what }
function skip(n) { line += gsub(/\n/, "\n", taken); text = substr(text, n + 1) }
function take(n) { taken = substr(text, 1, n); skip(n) }

# ClearSilver's commands: those that print become V, the rest a blank; line breaks stay
function commands(    out, p, q, cmd, body, breaks, i) {
    out = ""; line = 1
    while ((p = index(text, "<?cs")) > 0) {
        out = out substr(text, 1, p - 1)
        take(p - 1)
        q = index(text, "?>")
        if (q == 0) { say("a <?cs without ?>"); break }
        body = substr(text, 5, q - 5)
        cmd = body; sub(/^[ \t\n]+/, "", cmd)
        if (!safe) {
            if (cmd ~ /^(evar|lvar|uvar|alt|name|linclude)[:!]/) { sub(/[:!].*/, "", cmd); say("\"" cmd ":\" gets round the escaping; use var: (or a macro of _layout/safe.cs)") }
            if (cmd ~ /^escape:[ \t]*"none"/) say("escape: \"none\" is for _layout/safe.cs only")
        }
        out = out (cmd ~ /^(var|evar|lvar|uvar|alt|name|call)[:!]/ ? "V" : " ")
        breaks = gsub(/\n/, "\n", body)
        for (i = 0; i < breaks; i++) out = out "\n"
        take(q + 1)
    }
    text = out text
}
function attributes(tag,    at, a, v, quoted, src, kind) {
    src = 0; kind = ""
    while (match(text, /^[ \t\n\/]*[^ \t\n=>\/]+/)) {
        take(RLENGTH)
        a = tolower(taken); gsub(/[ \t\n\/]/, "", a)
        at = line; v = ""; quoted = 1
        if (match(text, /^[ \t\n]*=[ \t\n]*/)) {
            take(RLENGTH)
            if (match(text, /^"[^"]*"/) || match(text, /^'[^']*'/)) { take(RLENGTH); v = substr(taken, 2, RLENGTH - 2) }
            else { match(text, /^[^ \t\n>]*/); take(RLENGTH); v = taken; quoted = 0 }
        }
        if (!quoted) print last ":" at ": attribute " a " is not quoted; a value with a blank would become attributes"
        if (a ~ /^on[a-z]+$/ || a ~ /^hx-on/) print last ":" at ": " a "= is inline script; listen in static/js"
        if (a == "style") print last ":" at ": style= is refused by the content security policy; use a class"
        if (tolower(v) ~ /^[ \t\n]*javascript:/) print last ":" at ": javascript: in " a "="
        if (a == "src") src = 1
        if (a == "type") kind = tolower(v)
    }
    match(text, /^[ \t\n\/]*>?/); take(RLENGTH)
    if (tag == "style") say("<style> is refused by the content security policy; write it in static/css")
    if (tag == "script" && !src && kind !~ /json|xml/) say("inline <script> is refused by the content security policy; write it in static/js")
}
function file_done() {
    if (last == "") return
    safe = last ~ /_layout\/safe\.cs$/
    commands()
    line = 1
    while (match(text, /<(!--|[A-Za-z])/)) {
        take(RSTART - 1)
        if (substr(text, 1, 4) == "<!--") { p = index(text, "-->"); if (p == 0) { say("a comment without end"); return } take(p + 2); continue }
        match(text, /^<[A-Za-z][A-Za-z0-9-]*/); take(RLENGTH)
        attributes(tolower(substr(taken, 2)))
    }
}
FNR == 1 { file_done(); last = FILENAME; text = "" }
{ text = text $0 "\n" }
END { file_done() }
