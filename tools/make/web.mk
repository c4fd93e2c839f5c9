# ClearSilver's headers include each other from their own root; only web/view.c sees them.
$(B)/obj/engine/web/view.o: CPPFLAGS += -isystem /usr/include/ClearSilver
$(B)/unit/web/test_view: CPPFLAGS += -isystem /usr/include/ClearSilver
$(B)/unit/web/test_view: | lang
