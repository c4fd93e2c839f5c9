#   make support     docs/bpmn-support.md from the node table, the event table and the tests
support:
	@python3 tools/support.py
.PHONY: support
