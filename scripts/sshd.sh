#!/bin/sh
# The tests of the drop folders run OpenSSH's own server. Debian's package is used, as for the browser.
set -eu
if [ -x /usr/sbin/sshd ] && command -v sftp >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing OpenSSH ..."
    apt-get update -qq
    # A server that the package would start, or a host key that it would make, is of no use here.
    DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends \
        openssh-server openssh-client >/dev/null
    exit 0
fi
echo "The tests of the drop folders need OpenSSH: install it with «sudo apt-get install openssh-server»." >&2
exit 1
