# tools/lint/sql.awk - what no statement file may say. Input: .sql files. (tools/mksql.awk checks the blocks themselves.)
{
    code = $0; sub(/--( |$).*/, "", code); code = toupper(code)
    if (code ~ /INSERT +IGNORE/) print FILENAME ":" FNR ": INSERT IGNORE swallows every error; name the duplicate you mean (ON DUPLICATE KEY UPDATE)"
    if (code ~ /REPLACE +INTO/) print FILENAME ":" FNR ": REPLACE deletes the row first; use ON DUPLICATE KEY UPDATE"
    if (FILENAME ~ /^engine\// && code ~ /SELECT +(DISTINCT +)?([A-Z]+\.)?\*/) print FILENAME ":" FNR ": SELECT * changes with the table; name the columns"
    if (FILENAME ~ /^engine\// && code ~ /(^|[^A-Z_])(NOW|SYSDATE|CURRENT_TIMESTAMP|UNIX_TIMESTAMP|RAND|UUID) *\(/) print FILENAME ":" FNR ": time and chance are parameters (u->now, base/rand.h)"
    if (FILENAME ~ /^engine\// && code ~ /(^|[^A-Z_])(COMMIT|ROLLBACK|START TRANSACTION) *;/) print FILENAME ":" FNR ": transactions begin and end in engine/db/unit.c only"
}
