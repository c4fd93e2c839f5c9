# tools/mkgrants.awk - the grants that an account's statements need, read off the .sql files themselves.
#
#   awk -f tools/mkgrants.awk -v account=agent engine/*/*.sql
#
# The result is committed (schema/grants/<account>.sql) and reviewed as a diff; a test compares it with the statements and with
# SHOW GRANTS of the server. UPDATE is granted by column. Nobody gets UPDATE or DELETE on a table of the trail.
function flush_block(    i, n) {
    if (sql != "" && by ~ (" " account " ")) analyse(sql)
    sql = ""; by = ""
}
/^-- [a-z_0-9]+\(/ { flush_block(); head = 1; next }
/^--   by / { by = " " substr($0, 8) " "; sub(/     .*/, " ", by); head = 1; next }
/^--/ { next }
{ sql = sql " " $0 }
FNR == 1 && NR != 1 { }
END { flush_block(); report() }

function add(priv, table) { if (table in cte) return; need[table, priv] = 1; tables[table] = 1 }
function addcol(table, col) { cols[table] = cols[table] (index(" " cols[table] " ", " " col " ") ? "" : (cols[table] == "" ? "" : " ") col); tables[table] = 1 }

function analyse(s,    n, i, w, up, target, alias, j, k, names, listed) {
    gsub(/'[^']*'/, "x", s)
    gsub(/[(),;=]/, " & ", s)
    gsub(/[ \t\n]+/, " ", s)
    n = split(s, w, " ")
    split("", alias)
    for (i = 1; i <= n; i++) up[i] = toupper(w[i])
    # aliases: FROM/JOIN/UPDATE table [AS] alias
    for (i = 1; i <= n; i++)
        if ((up[i] == "FROM" || up[i] == "JOIN" || up[i] == "UPDATE") && w[i + 1] ~ /^[a-z_]+$/) {
            alias[w[i + 1]] = w[i + 1]
            if (w[i + 2] ~ /^[a-z_0-9]+$/ && up[i + 2] !~ /^(ON|SET|WHERE|JOIN|LEFT|ORDER|GROUP|LIMIT|USING|FOR|UNION)$/) alias[w[i + 2]] = w[i + 1]
        }
    for (i = 1; i <= n; i++) {
        if (up[i] == "CALL") { sub(/\(.*/, "", w[i + 1]); need[w[i + 1], "EXECUTE"] = 1; procs[w[i + 1]] = 1 }
        else if (up[i] == "INSERT" && up[i + 1] == "INTO") {
            target = w[i + 2]; add("INSERT", target)
            listed = ""
            for (j = i + 4; w[j] != ")"; j++) if (w[j] != ",") listed = listed " " w[j]
        }
        else if (up[i] == "KEY" && up[i + 1] == "UPDATE") {
            # MariaDB asks for UPDATE on the listed columns as well, not only on those that are assigned
            columns(w, up, i + 2, n, target, alias); i++
            k = split(listed, names, " ")
            for (j = 1; j <= k; j++) addcol(target, names[j])
        }
        else if (up[i] == "UPDATE" && up[i - 1] != "FOR" && w[i + 1] ~ /^[a-z_]+$/) {
            target = w[i + 1]; add("SELECT", target)
            for (j = i; j <= n && up[j] != "SET"; j++);
            columns(w, up, j + 1, n, target, alias)
        }
        else if (up[i] == "DELETE") {
            if (up[i + 1] == "FROM") { add("DELETE", w[i + 2]); add("SELECT", w[i + 2]) }
            else for (j = i + 1; up[j] != "FROM"; j++) if (w[j] != ",") { add("DELETE", alias[w[j]]); add("SELECT", alias[w[j]]) }
        }
        else if (up[i] == "FROM" || up[i] == "JOIN") { if (w[i + 1] ~ /^[a-z_]+$/) add("SELECT", w[i + 1]) }
        else if (up[i] == "RETURNING") add("SELECT", target)
    }
}

# The assigned columns of a SET or ON DUPLICATE KEY UPDATE list, up to WHERE on the same level.
function columns(w, up, i, n, target, alias,    depth, at, c, p) {
    depth = 0; at = 1
    for (; i <= n; i++) {
        if (w[i] == "(") depth++
        else if (w[i] == ")") depth--
        else if (depth == 0 && (up[i] == "WHERE" || w[i] == ";" || up[i] == "ORDER" || up[i] == "LIMIT" || up[i] == "RETURNING")) return
        else if (depth == 0 && w[i] == ",") at = 1
        else if (depth == 0 && at && w[i + 1] == "=") {
            c = w[i]; p = target
            if (c ~ /\./) { p = c; sub(/\..*/, "", p); p = (p in alias) ? alias[p] : p; sub(/.*\./, "", c) }
            addcol(p, c); at = 0
        }
    }
}

function sorted(list, n, out,    i, j, t) {
    for (i = 1; i <= n; i++) out[i] = list[i]
    for (i = 2; i <= n; i++) for (j = i; j > 1 && out[j - 1] > out[j]; j--) { t = out[j]; out[j] = out[j - 1]; out[j - 1] = t }
}
function report(    t, n, names, s, line, i, c, k, parts, sc) {
    print "-- schema/grants/" account ".sql: made by `make grants` from the statements that say `by " account "`; reviewed as a diff."
    for (t in tables) names[++n] = t
    sorted(names, n, s)
    for (i = 1; i <= n; i++) {
        t = s[i]; line = ""
        if ((t, "SELECT") in need) line = line ", SELECT"
        if ((t, "INSERT") in need) line = line ", INSERT"
        if (t in cols) {
            k = split(cols[t], parts, " "); sorted(parts, k, sc); c = ""
            for (j = 1; j <= k; j++) c = c (j > 1 ? ", " : "") sc[j]
            line = line ", UPDATE (" c ")"
        }
        if ((t, "DELETE") in need) line = line ", DELETE"
        print "GRANT " substr(line, 3) " ON gradus." t " TO gradus_" account "@localhost;"
    }
    for (t in procs) print "GRANT EXECUTE ON PROCEDURE gradus." t " TO gradus_" account "@localhost;"
}
