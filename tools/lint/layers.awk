# tools/lint/layers.awk - includes that go upwards. Input: engine/LAYERS, then the stripped source.
function room_of(path,    p) {
    split(path, p, "/")
    return p[1] == "engine" ? p[2] : p[1] "/" p[2]
}
FILENAME ~ /LAYERS$/ {
    if (/^#/ || !/:/) next
    layer = $0; sub(/:.*/, "", layer); gsub(/ /, "", layer)
    rest = $0; sub(/^[^:]*:/, "", rest)
    known[layer] = 1
    k = split(rest, low, " ")
    for (i = 1; i <= k; i++) may[layer, low[i]] = 1
    next
}
{
    split($0, f, "\t"); file = f[1]; code = f[3]
    if (file !~ /^(engine|cgi-bin|bin)\// || code !~ /^ *# *include *""/) next
    head = substr(f[4], 2)
    from = room_of(file)
    if (from ~ /^(cgi-bin|bin)\//) { kind = from; sub(/\/.*/, "", kind) } else kind = from
    where = file ":" f[2] ": "
    if (head !~ /\//) {
        dir = file; sub(/\/[^\/]*$/, "", dir)
        if (kind == from && head !~ /\.def$/) print where "\"" head "\": includes are from the root (\"" from "/" head "\")"
        next
    }
    to = head; sub(/\/.*/, "", to)
    if (kind != from && to == substr(from, length(kind) + 2) && !known[to]) next # a program's own folder
    if (!known[to]) { print where "\"" head "\": no layer " to " in engine/LAYERS"; next }
    if (head ~ /_int\.h$/ && to != from) { print where "\"" head "\" is private to engine/" to "; what others may call stands in its other headers"; next }
    if (to != from && !may[kind, to] && !may[from, to])
        print where from " must not know " to "; hand it a const table or a function at start (engine/LAYERS)"
}
