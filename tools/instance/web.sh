# tools/instance/web.sh - the instance's web server: the include files of conf/nginx and conf/apache with other paths. Sourced.

# Port and server: as asked, else as last time, else the defaults. A server that runs otherwise is stopped here.
web_choose() {
    was_port=$(sed -n 's/^PORT=//p' "$D/instance.env")
    was_web=$(sed -n 's/^WEB=//p' "$D/instance.env")
    WEB=${WEB_WANTED:-${was_web:-nginx}}
    PORT=${PORT_WANTED:-${was_port:-18742}}
    case $WEB in nginx | apache) ;; *) die "the web server is nginx or apache, not '$WEB'" ;; esac
    case $PORT in
    auto) PORT=${was_port:-$(port_free $((20000 + $$ % 20000)))} ;;
    *[!0-9]* | '') die "the port must be a number, not '$PORT'" ;;
    esac
    [ "$PORT" -ge 1 ] && [ "$PORT" -le 65535 ] || die "the port must be from 1 to 65535, not $PORT"
    has web || return 0
    if pid_ours "$RUN/web.pid"; then
        [ "$PORT:$WEB" = "$was_port:$was_web" ] && return 0
        web_stop
    fi
    if port_taken "$PORT"; then
        die "port $PORT of 127.0.0.1 is taken by another program; port $(port_free $((PORT + 1))) is free: make demo PORT=$(port_free $((PORT + 1)))"
    fi
}

port_free() { # the first free port from $1
    port_n=$1
    while port_taken "$port_n"; do port_n=$((port_n + 1)); done
    printf %s "$port_n"
}

# Paths of a packaged installation -> paths of this instance
STATIC=$ROOT/build/static
web_paths() { sed -e "s,/run/gradus/,$RUN/,g; s,/usr/share/gradus/static,$STATIC,g; s,/etc/$1/gradus/,$D/web/,g"; }

nginx_files() {
    mkdir -p "$D/web/body" "$D/web/fastcgi" "$D/web/proxy" "$D/web/scgi" "$D/web/uwsgi"
    for f in locations params; do web_paths nginx <"$ROOT/conf/nginx/gradus/$f.conf" >"$D/web/$f.conf"; done
    # The limits stand in zones of the same names, so wide that no test and no benchmark on one machine meets them.
    cat >"$D/web/limits.conf" <<END
limit_req_zone \$binary_remote_addr zone=gradus_login:1m rate=10000r/s;
limit_req_zone \$binary_remote_addr zone=gradus_all:1m rate=100000r/s;
END
    {
        # root's workers would run as www-data and could not enter the folder
        if [ "$(id -u)" = 0 ]; then echo 'user root;'; fi
        cat <<END
pid $RUN/web.pid;
error_log $LOG/web.err warn;
worker_processes 2;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log $LOG/access.log;
    # all five must be set: the compiled-in ones lie below /var/lib/nginx
    client_body_temp_path $D/web/body;
    fastcgi_temp_path $D/web/fastcgi;
    proxy_temp_path $D/web/proxy;
    scgi_temp_path $D/web/scgi;
    uwsgi_temp_path $D/web/uwsgi;
    server_tokens off;
    sendfile on;
    include $D/web/limits.conf;
    server {
        listen 127.0.0.1:$PORT default_server;
        server_name _;
        return 421;
    }
    server {
        listen 127.0.0.1:$PORT;
        server_name 127.0.0.1;
        include $D/web/locations.conf;
    }
    server {
        listen 127.0.0.1:$PORT;
        server_name localhost;
        return 307 http://127.0.0.1:$PORT\$request_uri;
    }
}
END
    } >"$D/web/nginx.conf"
}

# Apache refuses to serve as root. When root starts the instance, its children run as www-data and get what they need: the way to
# the sockets (not to the rest of the folder) and a copy of the static files.
apache_for_root() {
    getent passwd www-data >/dev/null || die "Apache needs the user www-data when root starts it"
    chmod 711 "$D" "$RUN"
    mkdir -p -m 755 "$D/static"
    chmod 755 "$D/static"
    setpriv --reuid www-data --regid www-data --clear-groups test -x "$RUN" ||
        die "Apache's processes (www-data) cannot reach $D; choose a folder that they can enter, e.g. DEMO=/var/tmp/gradus"
    cp -R "$STATIC/." "$D/static/" 2>/dev/null || :
    chmod -R a+rX "$D/static"
    for f in "$RUN"/*.sock; do
        case $f in */db.sock) ;; *) [ ! -S "$f" ] || chgrp www-data "$f" ;; esac
    done
    STATIC=$D/static
}

apache_files() {
    mkdir -p "$D/web"
    mkdir -p -m 755 "$D/empty"
    if [ "$(id -u)" = 0 ]; then apache_for_root; fi
    web_paths apache2 <"$ROOT/conf/apache/gradus/locations.conf" >"$D/web/locations.conf"
    {
        cat <<END
ServerRoot /usr/lib/apache2
ServerName 127.0.0.1
PidFile $RUN/web.pid
DefaultRuntimeDir $RUN
Mutex file:$RUN
ErrorLog $LOG/web.err
LogLevel warn
ServerTokens Prod
ServerSignature Off
TraceEnable Off
Listen 127.0.0.1:$PORT
END
        for m in mpm_event authz_core proxy proxy_fcgi headers mime alias dir rewrite reqtimeout; do
            echo "LoadModule ${m}_module modules/mod_$m.so"
        done
        if [ "$(id -u)" = 0 ]; then printf '%s\n' 'User www-data' 'Group www-data'; fi
        cat <<END
TypesConfig /etc/mime.types
LogFormat "%h %l %u %t \"%r\" %>s %b" common
CustomLog $LOG/access.log common
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<VirtualHost 127.0.0.1:$PORT>
    ServerName unknown.invalid
    Redirect 421 /
</VirtualHost>
<VirtualHost 127.0.0.1:$PORT>
    ServerName 127.0.0.1
    DocumentRoot $D/empty
    Include $D/web/locations.conf
</VirtualHost>
<VirtualHost 127.0.0.1:$PORT>
    ServerName localhost
    Redirect 307 / http://127.0.0.1:$PORT/
</VirtualHost>
END
    } >"$D/web/apache.conf"
}

web_start() {
    web_sum=$(cat "$D"/web/*.conf 2>/dev/null | cksum)
    rm -f "$D"/web/*.conf
    "${WEB}_files"
    if pid_ours "$RUN/web.pid"; then
        [ "$web_sum" = "$(cat "$D"/web/*.conf | cksum)" ] || kill -s HUP "$pid_n"
        return 0
    fi
    case $WEB in
    nginx) need nginx && nginx -p "$D/web" -c "$D/web/nginx.conf" -e "$LOG/web.err" 3>&- 4>&- </dev/null ;;
    apache) need apache2 && apache2 -d /usr/lib/apache2 -f "$D/web/apache.conf" -k start 3>&- 4>&- </dev/null ;;
    esac || die "$WEB does not start; see $LOG/web.err"
    until_ok 5 pid_ours "$RUN/web.pid" || die "$WEB does not start; see $LOG/web.err"
}

web_stop() { pid_stop "$RUN/web.pid" TERM 5; }
