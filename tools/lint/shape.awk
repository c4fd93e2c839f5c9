# tools/lint/shape.awk - structs are not typedef'd; a function has at most five parameters. What a call merely runs in (arena, unit, db,
# view) does not count, bytes with their length and a function with its argument count once, a message ("fmt, ...") not at all.
# "params: why" in a comment accepts more: a signature that a library or a generator dictates. Input: the stripped source.
function judge(    s, i, c, d, n, name, one, p) {
    name = text; sub(/\(.*/, "", name)
    if (name ~ /[=;{}]/ || name !~ /[A-Za-z_0-9]+$/ || name ~ /^(typedef|#)/) return
    sub(/.*[ *]/, "", name)
    s = text; sub(/^[^(]*\(/, "", s)
    d = 1; n = 0; one = ""
    for (i = 1; i <= length(s) && d > 0; i++) {
        c = substr(s, i, 1)
        if (c == "(") d++
        else if (c == ")") d--
        if (d == 0 || (c == "," && d == 1)) { p[++n] = one; one = "" }
        else one = one c
    }
    count = 0
    for (i = 1; i <= n; i++) {
        if (p[i] ~ /struct (arena|unit|db|view) \*[a-z_]*$/ || p[i] ~ /\.\.\.|fmt$|va_list/) continue
        if (i > 1 && p[i] ~ /(size_t|unsigned|int|uint32_t) [a-z_]*$/ && p[i - 1] ~ /\*[ ]*[a-z_]+$/ && p[i - 1] !~ /\*\*/) continue
        if (i > 1 && p[i] ~ /void \*[ ]*[a-z_]*$/ && (p[i - 1] ~ /\(\*/ || p[i - 1] ~ /_fn /)) continue
        count++
    }
    if (text ~ /xmlChar|CURL \*|HDF \*/) return # a callback: the library dictates its signature
    if (count > 5 && !why) print at ": " name "() has " count " parameters; the sixth means that a struct is missing"
}
{
    split($0, f, "\t"); file = f[1]; code = f[3]
    if (file !~ /^(engine|cgi-bin|bin)\//) next
    if (f[5] ~ /params: /) accepted = file ":" f[2]
    if (code ~ /^ *typedef +(struct|union|enum)/ && code !~ /\(/) print file ":" f[2] ": structs, unions and enums keep their tag in sight; no typedef"
    if (open == "" && code ~ /^[A-Za-z_].*\(/ && code !~ /^ *#/) { text = ""; at = file ":" f[2]; open = 1; why = (accepted == file ":" f[2] || accepted == file ":" f[2] - 1) }
    if (open != "") {
        text = text " " code
        if (f[5] ~ /params: /) why = 1
        if (code ~ /[;{]/ || gsub(/\(/, "(", text) == gsub(/\)/, ")", text)) { sub(/^ +/, "", text); judge(); open = "" }
    }
}
