#!/bin/sh
# The tests of the pages drive Chromium. Debian's own package is used: no browser is downloaded past the package manager.
set -eu
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
    exit 0
fi
echo "The tests of the pages need Chromium: install it with «sudo apt-get install chromium»." >&2
exit 1
