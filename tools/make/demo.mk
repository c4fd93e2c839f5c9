#   make demo        a private Gradus on loopback with people, devices and 200 tickets; prints address and accounts
#   make demo WEB=apache PORT=18742 DEMO=demo    with Apache, on another port, in another folder (short path, e.g. /tmp/gradus)
#   make demo-stop   ends its processes; make demo-wipe removes it with all its data
#   make packages    installs the Debian packages that make and make demo need (tools/packages.txt)

DEMO = $(CURDIR)/demo
WEB =
PORT =
INSTANCE = tools/instance/instance.sh

packages:
	@tools/packages.sh $(if $(filter apache,$(WEB)),apache,demo)
# the build is a make of its own: only after the packages are there does pkg-config know the libraries
demo: packages
	@$(MAKE) --no-print-directory -s -j$$(nproc) all static lang
	@$(INSTANCE) start "$(DEMO)" "$(PORT)" "$(WEB)"
	@$(INSTANCE) load "$(DEMO)"
	@tools/instance/welcome.sh "$(DEMO)"
demo-stop:
	@$(INSTANCE) stop "$(DEMO)"
demo-wipe:
	@$(INSTANCE) wipe "$(DEMO)"
.PHONY: packages demo demo-stop demo-wipe
