#!/bin/sh
# Builds what browsers receive: build-web.sh SOURCE OUT
set -eu
cd "$1/web"
npm ci --no-audit --no-fund
node build.mjs --out "$2"
