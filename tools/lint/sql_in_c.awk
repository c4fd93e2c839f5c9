# tools/lint/sql_in_c.awk - SQL in strings of C files, transaction words outside db/unit.c. Input: the stripped source.
{
    split($0, f, "\t"); file = f[1]; s = f[4]
    if (file !~ /^(engine|cgi-bin|bin)\// || s == "") next
    if (file != "engine/db/unit.c" && s ~ /\001(COMMIT|ROLLBACK|BEGIN|START TRANSACTION|SAVEPOINT)/)
        print file ":" f[2] ": transactions begin and end in engine/db/unit.c only; take a struct unit *"
    if (file ~ /^engine\/db\//) next
    if (s ~ /SELECT .*(FROM|;|\()|INSERT (INTO|IGNORE)|REPLACE INTO|UPDATE [a-z_`]+ SET|DELETE FROM|TRUNCATE TABLE|(CREATE|ALTER|DROP) (TABLE|VIEW|USER|DATABASE|PROCEDURE|TRIGGER|INDEX)|GRANT [A-Z, ]+ ON |LOCK TABLES|FOR UPDATE|ORDER BY |GROUP BY /)
        print file ":" f[2] ": SQL stands in the .sql file beside the .c (engine/db/README.md)"
}
