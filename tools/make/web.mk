# ClearSilver's headers include each other from their own root; only web/view.c sees them.
$(B)/obj/engine/web/view.o: CPPFLAGS += -isystem /usr/include/ClearSilver
$(B)/unit/web/test_view: CPPFLAGS += -isystem /usr/include/ClearSilver
$(B)/unit/web/test_view: | lang
$(B)/system/web_probe: tests/system/web_probe.c $(LIBS) $(B)/obj/gen/stmt_all.o
	@mkdir -p $(dir $@)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(B)/obj/gen/stmt_all.o $(LINK_LIBS) $(LIBS_all)
