#!/bin/sh
# Build what is vendored: the style sheet of KERN UX (kit_portal/static/kern/) and the fonts for PDFs
# (kit_portal/common/pdf_fonts/).
#
# Only needed when a version below or a rule of the two build files changes: the results are
# committed, and neither the portal nor its tests need Node. Needs node >= 18, npm and python3 with
# venv; packages come by name, from wherever npm and pip are set to look.
# Usage: tools/build_assets.sh
set -eu

KERN_VERSION=2.7.2
POSTCSS_VERSION=8.5.6
CSSNANO_VERSION=7.1.1
NOTO_VERSION=5.3.0
FONTTOOLS_VERSION=4.68.0
BROTLI_VERSION=1.2.1

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
kern="$here/../kit_portal/static/kern"
fonts="$here/../kit_portal/common/pdf_fonts"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

cp "$here/build_kern.mjs" "$here/build_pdf_fonts.py" "$work/"
cd "$work"
printf '{"private": true, "type": "module"}\n' > package.json
npm install --silent --no-audit --no-fund --no-package-lock \
    "@kern-ux/native@$KERN_VERSION" "postcss@$POSTCSS_VERSION" "cssnano@$CSSNANO_VERSION" \
    "@fontsource/noto-sans@$NOTO_VERSION" "@fontsource/noto-sans-arabic@$NOTO_VERSION"

rm -rf "$kern/icons"
mkdir -p "$kern/icons" "$fonts"
node build_kern.mjs node_modules/@kern-ux/native "$kern"
cp node_modules/@kern-ux/native/LICENSE.md "$kern/LICENSE.md"

python3 -m venv venv
venv/bin/pip install --quiet "fonttools==$FONTTOOLS_VERSION" "brotli==$BROTLI_VERSION"
venv/bin/python build_pdf_fonts.py node_modules "$fonts"
