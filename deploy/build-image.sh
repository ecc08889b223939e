#!/bin/sh
# Builds a static binary and lays out the root of the image: build-image.sh SOURCE WEB OUT
set -eu
target=$(rustc -vV | sed -n 's/^host: //p')
cd "$1"
PLACET_WEB_DIST="$2" RUSTFLAGS="-C target-feature=+crt-static" \
    cargo build --release --locked --package placet --target "$target"
mkdir -p "$3/data" "$3/tmp" "$3/etc/ssl/certs"
cp "target/$target/release/placet" "$3/placet"
cp /etc/ssl/certs/ca-certificates.crt "$3/etc/ssl/certs/"
chmod 700 "$3/data"
