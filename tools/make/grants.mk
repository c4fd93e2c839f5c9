#   make grants      rewrites schema/grants/*.sql from the statement files (review the diff)
ACCOUNTS = login portal agent designer auditor admin worker cli sealer
grants: $(ALL_SQL) tools/mkgrants.awk
	@mkdir -p schema/grants
	@for a in $(ACCOUNTS); do $(AWK) -f tools/mkgrants.awk -v account=$$a $(sort $(ALL_SQL)) >schema/grants/$$a.sql || exit 1; done
# Are the committed grants those of the statements? (tests/sql/test_grants.sh; the lint rule stale asks the same)
grants-check: $(ALL_SQL) tools/mkgrants.awk
	@for a in $(ACCOUNTS); do \
	    $(AWK) -f tools/mkgrants.awk -v account=$$a $(sort $(ALL_SQL)) | cmp -s - schema/grants/$$a.sql || \
	    { echo "schema/grants/$$a.sql is stale: run make grants and review the diff"; exit 1; }; done
.PHONY: grants grants-check
