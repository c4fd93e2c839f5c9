# tools/routes.awk - one line a route: METHOD <tab> path <tab> capability, form, handler with its place, template, budget of statements.
#   awk -f tools/routes.awk cgi-bin/*/*.c >build/gen/routes.txt
# `gradus where` reads it, and the role x route x object matrix of the tests is made from it.
FNR == 1 { split(FILENAME, part, "/"); program = part[2] }
match($0, /^enum err [a-z_0-9]+\(struct unit \*u, struct web \*w\)$/) {
    name = $0; sub(/^enum err /, "", name); sub(/\(.*/, "", name)
    place[name] = FILENAME ":" FNR
}
/^ *\{ ?(GET|POST), +"/ {
    line = $0
    gsub(/^ *\{ ?| *\},? *(\/\*.*)?$/, "", line)
    n = split(line, f, /, */)
    for (i = 1; i <= n; i++) gsub(/^ +| +$/, "", f[i])
    path = f[2]; gsub(/"/, "", path)
    template = f[6]; gsub(/"/, "", template)
    count++; budget[count] = f[9] + 0
    method[count] = f[1]; where[count] = "/" program (path == "/" ? "/" : path)
    cap[count] = f[3]; form[count] = f[4]; handler[count] = f[5]; tmpl[count] = template; kind[count] = line ~ /ROUTE_OPEN/ ? "open" : line ~ /ROUTE_FREE/ ? "free" : "page"
}
END {
    for (i = 1; i <= count; i++)
        printf "%s\t%s\tcapability %s  form %s  handler %s (%s)  template %s  statements %d  %s\n", method[i], where[i], cap[i], form[i], handler[i], \
            handler[i] in place ? place[handler[i]] : "?", tmpl[i], budget[i], kind[i]
}
