# What tests/system/ldap.sh drives (needs SAN=1 on the command line).

$(B)/system/ldap_probe: tests/system/ldap_probe.c $(B)/libdir.a $(B)/libbase.a
	@mkdir -p $(dir $@)
	@echo "  LD $@"
	@$(CC) $(CPPFLAGS) $(filter-out -MMD -MP,$(CFLAGS)) $(LDFLAGS) -o $@ $< $(B)/libdir.a $(B)/libbase.a $(LIBS_dir) $(LIBS_base)
