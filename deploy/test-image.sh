#!/bin/sh
# Runs what deploy/Dockerfile runs, without a container engine: each stage's script in a clean Debian made for it, then
# the binary alone in the root that the image would have. Takes about ten minutes. Needs root, debootstrap, Node and
# the Rust toolchain of this machine, which the clean Debian sees but cannot change.
set -eu
source=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" = 0 ] || { echo "test-image.sh: run it as root, it makes a root of its own" >&2; exit 1; }
# The mounts below belong to this process alone.
[ -n "${PLACET_OWN_MOUNTS:-}" ] || PLACET_OWN_MOUNTS=1 exec unshare --mount --propagation private sh "$0"

# Found before the path is changed below: it is in no path of an ordinary account.
chroot=$(command -v chroot)
work=$(mktemp -d /var/tmp/placet-image-XXXXXX)
debian=$work/debian
root=$work/root
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    # Nothing is removed while anything of this machine is still mounted below.
    for point in $(awk -v work="$work/" 'index($2, work) == 1 { print $2 }' /proc/mounts | sort -r); do
        umount "$point" || exit 1
    done
    rm -rf "$work"
}
trap clean_up EXIT

show() { # show HERE THERE: makes a file or folder of this machine visible, read-only
    if [ -d "$1" ]; then mkdir -p "$debian$2"; else mkdir -p "$debian$(dirname "$2")"; touch "$debian$2"; fi
    mount --bind "$1" "$debian$2"
    mount -o remount,bind,ro "$debian$2"
}

echo "== a clean Debian"
debootstrap --variant=minbase --include=gcc,libc6-dev,ca-certificates bookworm "$debian" >"$work/debootstrap.log" 2>&1 ||
    { tail -5 "$work/debootstrap.log"; exit 1; }
mount -t proc proc "$debian/proc"
cp /etc/resolv.conf "$debian/etc/resolv.conf"
show "$(rustc --print sysroot)" /opt/rust
show "$(readlink -f "$(command -v node)")" /usr/local/bin/node
show "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" /usr/local/lib/node_modules/npm
# Whom this machine trusts: its way to the registries may be through a proxy with a certificate of its own.
authorities=/etc/ssl/certs/ca-certificates.crt
show "$authorities" "$authorities"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$debian/usr/local/bin/npm"
git -c safe.directory="$source" clone --quiet "$source" "$debian/placet"
inside() {
    env -i PATH=/opt/rust/bin:/usr/local/bin:/usr/bin:/bin HOME=/root NODE_EXTRA_CA_CERTS="$authorities" \
        "$chroot" "$debian" "$@"
}

echo "== stage web"
inside sh /placet/deploy/build-web.sh /placet /dist
echo "== stage build"
inside sh /placet/deploy/build-image.sh /placet /dist /image
if ! file "$debian/image/placet" | grep -q 'static'; then echo "the binary is not static" >&2; exit 1; fi

echo "== the image, alone"
cp -a "$debian/image" "$root"
chown -R 65532:65532 "$root"
mkdir "$work/data" && chown 65532:65532 "$work/data" && chmod 700 "$work/data"
# What every container engine puts there.
mkdir "$root/dev" && touch "$root/dev/null" "$root/dev/urandom"
mount --bind "$root" "$root"
for device in null urandom; do mount --bind "/dev/$device" "$root/dev/$device"; done
mount --bind "$work/data" "$root/data"
mount -o remount,bind,ro "$root"
# No function: in the background, a signal would reach the shell around it instead of the server.
alone="env -i PLACET_DATA=/data PLACET_LISTEN=127.0.0.1:18080 $chroot --userspec=65532:65532 $root"
$alone /placet workspace create --name Own
$alone /placet serve >"$work/said" 2>&1 &
server=$!
for _ in $(seq 100); do
    curl -fsS http://127.0.0.1:18080/readyz >/dev/null 2>&1 && break
    sleep 0.1
done
key=$($alone /placet key create --workspace 1 --kind private --json | sed 's/.*"key":"\([^"]*\)".*/\1/')
curl -fsS -H "ApiKey: $key" -H 'Content-Type: application/json' \
    -d '{"subject":{"id":"a"},"preferences":{"news":true}}' http://127.0.0.1:18080/consent | grep -q '"id"'
curl -fsS http://127.0.0.1:18080/sdk/placet.js | grep -q .
[ "$(stat -c %u "$work/data/placet.db")" = 65532 ]
kill "$server"
wait "$server" || { echo "it did not stop in order:"; cat "$work/said"; exit 1; }
server=
echo "the image builds, and its binary runs alone, as user 65532, on a read-only root: $(stat -c %s "$root/placet") bytes"
