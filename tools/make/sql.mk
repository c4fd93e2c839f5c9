# Programs of tests/sql that need a database server: tests/sql/X.c with the statements of tests/sql/X.sql, if there are any.
#
# `make sql-build` builds them (tests/sql/*.sh start a private mariadbd and run them)

SQL_TESTS := $(patsubst tests/sql/%.c,$(B)/sql/%,$(wildcard tests/sql/*.c))
SQL_PLAIN := $(filter-out $(patsubst tests/sql/%.sql,$(B)/sql/%,$(wildcard tests/sql/*.sql)),$(SQL_TESTS))

$(GEN)/tests/sql/%.sql.h $(GEN)/tests/sql/%.sql.c &: tests/sql/%.sql tools/mksql.awk
	@mkdir -p $(GEN)/tests/sql
	@$(AWK) -f tools/mksql.awk -v file=$< -v out=$(GEN)/tests/sql/$*.sql $<
$(B)/sql/%: tests/sql/%.c $(GEN)/tests/sql/%.sql.h $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(dir $@)
	@echo "  SQL $*"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-missing-prototypes $(LDFLAGS) -o $@ $< $(GEN)/tests/sql/$*.sql.c $(B)/obj/gen/stmt_all.o \
		$(LINK_LIBS) $(LIBS_all) -lcmocka
$(SQL_PLAIN): $(B)/sql/%: tests/sql/%.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(dir $@)
	@echo "  SQL $*"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all) -lcmocka
sql-build: $(SQL_TESTS)
.PHONY: sql-build
