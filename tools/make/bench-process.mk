#   make bench-process  the process machine in memory, beside bpmn-engine in the same run (bench/process/README.md)
build/bench/memory: bench/process/memory.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
bench-process: build/bench/memory
	@python3 bench/process/run.py build/bench/memory
.PHONY: bench-process
#   make bench-durable  the machine's body in MariaDB beside the bare statements, in one run
build/bench/durable: bench/process/durable.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
build/bench/player: bench/process/player.c
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE -O2 $(WARN) $(PKG_CFLAGS) -o $@ $< -lmariadb -lpthread
bench-durable: all build/bench/durable build/bench/player build/bench/record.so
	@python3 bench/process/durable.py
.PHONY: bench-durable
