#!/bin/sh
# Build the vendored style sheet of KERN UX (kit_portal/static/kern/).
#
# Only needed when KERN or its purge rules change: the result is committed, and neither the portal
# nor its tests need Node. Needs node >= 18 and npm; packages come by name from npm's own registry
# setting. Usage: tools/build_assets.sh
set -eu

KERN_VERSION=2.7.2
POSTCSS_VERSION=8.5.6
CSSNANO_VERSION=7.1.1

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target="$here/../kit_portal/static/kern"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cp "$here/build_kern.mjs" "$work/"
cd "$work"
printf '{"private": true, "type": "module"}\n' > package.json
npm install --silent --no-audit --no-fund --no-package-lock \
    "@kern-ux/native@$KERN_VERSION" "postcss@$POSTCSS_VERSION" "cssnano@$CSSNANO_VERSION"

rm -rf "$target/icons"
mkdir -p "$target/icons"
node build_kern.mjs node_modules/@kern-ux/native "$target"
cp node_modules/@kern-ux/native/LICENSE.md "$target/LICENSE.md"
