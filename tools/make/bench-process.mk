#   make bench-process  the process machine in memory, beside bpmn-engine in the same run (bench/process/README.md)
build/bench/memory: bench/process/memory.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
bench-process: build/bench/memory
	@python3 bench/process/run.py build/bench/memory
.PHONY: bench-process
