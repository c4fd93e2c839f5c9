#   make grants     rewrites schema/grants/*.sql from the statement files (review the diff)
ACCOUNTS = login portal agent designer auditor admin worker cli
grants: $(ALL_SQL) tools/mkgrants.awk
	@mkdir -p schema/grants
	@for a in $(ACCOUNTS); do $(AWK) -f tools/mkgrants.awk -v account=$$a $(sort $(ALL_SQL)) >schema/grants/$$a.sql || exit 1; done
.PHONY: grants
