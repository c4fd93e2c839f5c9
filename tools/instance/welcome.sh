#!/bin/sh
# tools/instance/welcome.sh DIR - what `make demo` says at its end.
set -eu
D=$(realpath "${1:?usage: welcome.sh DIR}")
. "$D/instance.env"
folder=
[ "$D" = "$(pwd)/demo" ] || folder=" DEMO=$D"
cat <<END

  Gradus runs:  $URL/        (loopback only, server: $WEB)

  The password of each account is its name.
    requesters            anna (it)  ben (en)  clara (de)  dorota (pl)  gabor (hu)  helga (de)
    service desk, tier 1  luca  nina  tom
    tier 2                marta (in a nested group)  paul
    tier 3                jan  ildiko
    facility              franz  fiona
    process designers     peter  sofia        (one uploads, the other releases)
    auditor               eva
    administrator         ada

  Where to begin (README.md walks through it):
    $URL/portal/      as ben
    $URL/agent/       as tom
    $URL/designer/    as peter
    $URL/auditor/     as eva
    $URL/admin/       as ada

  Settings, logs, data:  $D  (gradus.conf, log/, settings for your own changes)
  Stop:  make demo-stop$folder     Remove with all data:  make demo-wipe$folder
END
