# tools/mksql.awk - statement files (engine/db/README.md) to typed C wrappers.
#
#   awk -f tools/mksql.awk -v file=engine/x/y.sql -v out=build/gen/x/y.sql engine/x/y.sql    writes y.sql.h and y.sql.c
#   awk -f tools/mksql.awk -v all=build/gen/stmt_all.c engine/*/*.sql                        writes the table of all statements
#
# For    the one way from SQL text to C: names, types, order of parameters, accounts, and the rules that can be checked by reading.
# Never  understands SQL beyond quotes, comments and the first word. Runs on mawk, gawk and busybox awk.
# Holds  nothing is written when anything was wrong; every message begins with file:line.

BEGIN {
    split("u64 uint64_t STMT_U64 i64 int64_t STMT_I64 u32 uint32_t STMT_U32 i32 int32_t STMT_I32 bool bool STMT_BOOL", t, " ")
    for (i = 1; i <= 15; i += 3) { ctype[t[i]] = t[i + 1] " "; enumof[t[i]] = t[i + 2] }
    ctype["text"] = "const char *"; enumof["text"] = "STMT_TEXT"
    ctype["blob"] = "struct span "; enumof["blob"] = "STMT_BLOB"
    n = split("login portal agent designer auditor admin worker cli sealer", t, " ")
    for (i = 1; i <= n; i++) account[t[i]] = 1
    state = "out"
}

function bad(line, text) { printf "%s:%d: %s\n", src, line, text > "/dev/stderr"; failed = 1 }
function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

# "a u64, b text?" -> fname[k, i], ftype[k, i], fnull[k, i], fcount[k]; K is "<statement>.in" or ".out"
function fields(k, text, what,    part, word, i, m, n, type) {
    fcount[k] = 0
    if (trim(text) == "") return
    m = split(text, part, ",")
    for (i = 1; i <= m; i++) {
        n = split(trim(part[i]), word, /[ \t]+/)
        if (n != 2 || word[1] !~ /^[a-z][a-z0-9_]*$/) {
            bad(head_line, cur ": " what " '" trim(part[i]) "' is not 'name type'"); continue }
        type = word[2]; fnull[k, i] = sub(/\?$/, "", type)
        if (!(type in ctype)) { bad(head_line, cur ": unknown type '" word[2] "' of " what " '" word[1] "'"); continue }
        if ((k, word[1]) in findex) { bad(head_line, cur ": " what " '" word[1] "' stands twice"); continue }
        findex[k, word[1]] = i - 1
        fname[k, i] = word[1]; ftype[k, i] = type; fcount[k] = i
    }
}

# the comment lines of a block, joined: name(params) -> shape (columns) by accounts remarks
function header(h,    p, rest, accounts, i, n, a) {
    p = index(h, "("); cur = substr(h, 1, p - 1)
    if (cur in seen) bad(head_line, cur ": the name is taken by " seen[cur])
    seen[cur] = src ":" head_line
    rest = substr(h, p + 1); p = index(rest, ")")
    fields(cur ".in", substr(rest, 1, p - 1), "parameter")
    rest = trim(substr(rest, p + 1))
    if (rest !~ /^-> *(none|one|many|bulk)/) { bad(head_line, cur ": '-> none|one|many|bulk' is missing"); rest = "-> none" }
    rest = trim(substr(rest, 3)); match(rest, /^[a-z]+/)
    shape[cur] = substr(rest, 1, RLENGTH); rest = trim(substr(rest, RLENGTH + 1))
    fcount[cur ".out"] = 0
    if (substr(rest, 1, 1) == "(") {
        p = index(rest, ")"); fields(cur ".out", substr(rest, 2, p - 2), "column"); rest = trim(substr(rest, p + 1)) }
    p = shape[cur] == "one" || shape[cur] == "many"
    if (p && fcount[cur ".out"] == 0) bad(head_line, cur ": '" shape[cur] "' needs its columns")
    if (!p && fcount[cur ".out"] > 0) bad(head_line, cur ": '" shape[cur] "' has no columns")
    if (shape[cur] == "bulk" && fcount[cur ".in"] == 0) bad(head_line, cur ": 'bulk' needs parameters")
    by[cur] = ""
    if (rest !~ /^by /) bad(head_line, cur ": the line 'by <accounts>' is missing")
    accounts = substr(rest, 4); match(accounts, /(untraced|bounded):/)
    remarks = RSTART > 0 ? substr(accounts, RSTART) : ""
    if (RSTART > 0) accounts = substr(accounts, 1, RSTART - 1)
    n = split(trim(accounts), a, /[ \t]+/)
    for (i = 1; i <= n; i++) {
        if (!(a[i] in account)) bad(head_line, cur ": unknown account '" a[i] "' (remarks begin with untraced: or bounded:)")
        by[cur] = by[cur] (i > 1 ? " " : "") a[i]
    }
    if (remarks ~ /(untraced|bounded): *$/ || remarks ~ /(untraced|bounded): *(untraced|bounded):/)
        bad(head_line, cur ": a remark without its reason")
}

# one line of SQL: parameters become ?, quoted text stays, comments go; QUOTE is carried from line to line
function scan(line,    i, c, o, name) {
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (quote != "") {
            o = o c
            if (c == "\\" && quote != "`") { i++; o = o substr(line, i, 1) }
            else if (c == quote) quote = ""
            continue
        }
        if (c == "-" && substr(line, i, 3) ~ /^--( |$)/) break
        if (c == "'" || c == "\"" || c == "`") { quote = c; o = o c; continue }
        if (c == "?") bad(FNR, cur ": '?' is made here; write :name")
        if (c == ":" && substr(line, i + 1, 1) ~ /[:=]/) { o = o substr(line, i, 2); i++; continue }
        if (c == ":" && match(substr(line, i + 1), /^[a-z_][a-z0-9_]*/)) {
            name = substr(line, i + 1, RLENGTH); i += RLENGTH; o = o "?"
            if (!((cur ".in", name) in findex)) { bad(FNR, cur ": unknown parameter :" name); continue }
            used[cur, name] = 1
            order[cur] = order[cur] (norder[cur]++ ? ", " : "") findex[cur ".in", name]
            continue
        }
        o = o c
    }
    return o
}

function finish(    text, word, i, k) {
    text = sql; sub(/;$/, "", text); text = trim(text)
    body[cur] = text; text = toupper(text); word = text; sub(/[^A-Z].*/, "", word)
    k = cur ".in"
    for (i = 1; i <= fcount[k]; i++)
        if (!((cur, fname[k, i]) in used)) bad(head_line, cur ": parameter '" fname[k, i] "' is never used")
    if (word !~ /^(SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE|CALL)$/) bad(head_line, cur ": a statement cannot begin with '" word "'")
    if (text ~ /^INSERT +IGNORE/) bad(head_line, cur ": INSERT IGNORE hides errors; use ON DUPLICATE KEY UPDATE")
    traced[cur] = word !~ /^(SELECT|WITH)$/ && remarks !~ /untraced:/
    write[cur] = word !~ /^(SELECT|WITH)$/ || text ~ / FOR UPDATE/
    if (remarks ~ /untraced:/ && word ~ /^(SELECT|WITH)$/) bad(head_line, cur ": a read is never traced")
    if (word ~ /^(SELECT|WITH)$/ && shape[cur] !~ /^(one|many)$/) bad(head_line, cur ": a SELECT gives one or many")
    if (shape[cur] == "many" && text !~ / LIMIT / && remarks !~ /bounded:/) bad(head_line, cur ": many without LIMIT or 'bounded: why'")
    if (shape[cur] == "bulk" && word !~ /^(INSERT|REPLACE|UPDATE|DELETE)$/) bad(head_line, cur ": bulk is for INSERT, UPDATE, DELETE, REPLACE")
    name[++total] = cur; place[cur] = src; lineof[cur] = head_line
}

FNR == 1 { if (state != "out") bad(head_line, cur ": the file ends inside this block"); state = "out"; src = file != "" ? file : FILENAME }
state == "out" && /^-- [a-z][a-z0-9_]*\(/ { state = "head"; head_line = FNR; head = trim(substr($0, 4)); next }
state == "out" && (/^--/ || /^[ \t]*$/) { next }
state == "out" { bad(FNR, "a statement needs its header: -- name(parameters) -> shape (columns)"); state = "lost" }
state == "lost" { if (/;[ \t]*$/) state = "out"; next }
state == "head" && /^--/ { head = head " " trim(substr($0, 3)); next }
state == "head" && /^[ \t]*$/ { next }
state == "head" { header(head); state = "sql"; sql = ""; quote = ""; norder[cur] = 0 }
state == "sql" {
    sql = trim(sql " " trim(scan($0)))
    if (quote == "" && sql ~ /;$/) { finish(); state = "out" }
}

function struct_of(k, tag,    i, s) {
    s = "struct " tag " {\n"
    for (i = 1; i <= fcount[k]; i++) {
        if (fnull[k, i] && ftype[k, i] !~ /^(text|blob)$/) s = s "    bool " fname[k, i] "_null;\n"
        s = s "    " ctype[ftype[k, i]] fname[k, i] ";\n"
    }
    return s "};\n"
}

function table_of(k, tag, var,    i, s, f) {
    s = "static const struct stmt_field " var "[] = {\n"
    for (i = 1; i <= fcount[k]; i++) {
        f = fname[k, i]
        s = s "    {\"" f "\", " enumof[ftype[k, i]] ", " (fnull[k, i] ? "true" : "false") ", offsetof(struct " tag ", " f "), "
        s = s (fnull[k, i] && ftype[k, i] !~ /^(text|blob)$/ ? "offsetof(struct " tag ", " f "_null)" : "0") "},\n"
    }
    return s "};\n"
}

function c_text(s) { gsub(/\\/, "&&", s); gsub(/"/, "\\\"", s); return s }

function emit(q,    h, c, n_in, outtag, ps, call, sh, res) {
    sh = shape[q]; n_in = fcount[q ".in"]; outtag = "q_" q (sh == "many" ? "_row" : "_out")
    h = ""; c = ""
    if (n_in > 0) { h = h struct_of(q ".in", "q_" q "_in"); c = c table_of(q ".in", "q_" q "_in", "in_" q) }
    if (fcount[q ".out"] > 0) { h = h struct_of(q ".out", outtag); c = c table_of(q ".out", outtag, "out_" q) }
    if (norder[q] > 0) c = c "static const uint8_t order_" q "[] = {" order[q] "};\n"
    if (sh != "bulk") {
        h = h "struct q_" q " {\n" (n_in > 0 ? "    struct q_" q "_in in;\n" : "")
        if (sh == "one") h = h "    bool found;\n    struct " outtag " out;\n"
        if (sh == "many") h = h "    struct " outtag " *row;\n    size_t n;\n"
        if (sh == "none") h = h "    uint64_t affected;\n"
        h = h "};\n"
    }
    ps = sh == "bulk" ? "const struct q_" q "_in *row, size_t n" : "struct q_" q " *q"
    h = h "extern const struct stmt_def q_" q "_def;\nenum err q_" q "(struct unit *u, " ps ") CHECKED;\n\n"
    c = c "const struct stmt_def q_" q "_def = {\n    .name = \"" q "\",\n    .sql = \"" c_text(body[q]) "\",\n"
    if (n_in > 0) c = c "    .in = in_" q ",\n    .n_in = " n_in ",\n    .in_size = sizeof(struct q_" q "_in),\n"
    if (fcount[q ".out"] > 0) c = c "    .out = out_" q ",\n    .n_out = " fcount[q ".out"] ",\n    .out_size = sizeof(struct " outtag "),\n"
    if (norder[q] > 0) c = c "    .order = order_" q ",\n    .n_order = " norder[q] ",\n"
    c = c "    .shape = " (sh == "one" ? "SHAPE_ONE" : sh == "many" ? "SHAPE_MANY" : "SHAPE_NONE") ",\n"
    c = c "    .bulk = " (sh == "bulk" ? "true" : "false") ",\n    .write = " (write[q] ? "true" : "false")
    c = c ",\n    .traced = " (traced[q] ? "true" : "false") ",\n    .by = \"" by[q] "\",\n    .file = \"" place[q] "\",\n    .line = " lineof[q] ",\n};\n"
    call = (sh == "bulk" ? "row, n, " : (n_in > 0 ? "&q->in" : "NULL") ", 1, ")
    res = sh == "one" ? ".out = &q->out, .found = &q->found" : sh == "many" ? ".rows = &rows, .n_rows = &q->n" : sh == "none" ? ".affected = &q->affected" : ".out = NULL"
    call = call "&(struct stmt_result){" res "}"
    c = c "enum err q_" q "(struct unit *u, " ps ")\n{\n"
    if (sh == "many") c = c "    void *rows = NULL;\n    enum err e = stmt_run(u, &q_" q "_def, " call ");\n    q->row = rows;\n    return e;\n}\n\n"
    else c = c "    return stmt_run(u, &q_" q "_def, " call ");\n}\n\n"
    printf "%s", h > (out ".h"); printf "%s", c > (out ".c")
}

END {
    if (state != "out" && !failed) bad(head_line, "the file ends inside this block")
    if (failed) exit 1
    if (all != "") {
        print "/* made by tools/mksql.awk */\n#include <stddef.h>\n\n#include \"db/db.h\"\n" > all
        for (i = 1; i <= total; i++) print "extern const struct stmt_def q_" name[i] "_def;" > all
        print "\nconst struct stmt_def *const stmt_all[] = {" > all
        for (i = 1; i <= total; i++) print "    &q_" name[i] "_def," > all
        print "    NULL,\n};" > all
        exit 0
    }
    guard = toupper(file); gsub(/[^A-Z0-9]/, "_", guard); inc = file; sub(/^engine\//, "", inc)
    print "/* made by tools/mksql.awk from " file " */\n#ifndef GEN_" guard "_H\n#define GEN_" guard "_H\n\n#include \"db/unit.h\"\n" > (out ".h")
    print "/* made by tools/mksql.awk from " file " */\n#include \"" inc ".h\"\n\n#include <stddef.h>\n" > (out ".c")
    for (i = 1; i <= total; i++) emit(name[i])
    print "#endif" > (out ".h")
}
