#   make bench       the product beside the raw stack, as ratios (bench/README.md); make bench-engine: machine and FEEL alone; make bench-table: decision tables

BENCH_BIN = $(addprefix build/bench/,load tx page record.so)

bench-build: lang $(BENCH_BIN)
build/bench/load: bench/load.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) -o $@ $<
build/bench/tx: bench/raw/tx.c bench/raw/plan.c bench/raw/plan.h
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) $(PKG_CFLAGS) -o $@ $(filter %.c,$^) -lmariadb -lpthread
build/bench/page: bench/raw/page.c bench/raw/plan.c bench/raw/plan.h
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) $(PKG_CFLAGS) -isystem /usr/include/ClearSilver -o $@ $(filter %.c,$^) \
	    -lmariadb -lfcgi -lneo_cs -lneo_utl
build/bench/record.so: bench/raw/record.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) $(PKG_CFLAGS) -fPIC -shared -o $@ $< -ldl
.PHONY: bench-build

build/bench/engine: bench/engine/engine.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
bench-engine: build/bench/engine
	@build/bench/engine workflows/incident/incident.bpmn workflows/incident/*.scn
.PHONY: bench-engine
build/bench/table: bench/engine/table.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
bench-table: build/bench/table
	@build/bench/table
.PHONY: bench-table
