#!/bin/sh
# Makes one account for each public key /keys/<four digits>.pub, and its folder: inbox to write to, receipts to read.
set -eu

audit_gid=50000
host_key=/etc/ssh/host_keys/ssh_host_ed25519_key

getent group municipality >/dev/null || groupadd --system municipality
getent group audit >/dev/null || groupadd --gid "$audit_gid" audit
[ -f "$host_key" ] || ssh-keygen -q -t ed25519 -N '' -f "$host_key"

found=0
for key in /keys/[0-9][0-9][0-9][0-9].pub; do
    [ -f "$key" ] || continue
    number=$(basename "$key" .pub)
    # Account names may not be all digits.
    user="k$number"
    home="/srv/drop/$number"
    id "$user" >/dev/null 2>&1 || useradd --no-create-home --home-dir "$home" --shell /usr/sbin/nologin \
        --gid municipality --groups audit "$user"
    # sshd asks that the root of a chroot belongs to root and that nobody else can write there.
    install -d -o root -g root -m 0755 "$home"
    install -d -o "$user" -g audit -m 2750 "$home/inbox"
    install -d -o "$audit_gid" -g audit -m 2755 "$home/receipts"
    install -o root -g root -m 0644 "$key" "/etc/ssh/municipalities/$user.pub"
    found=$((found + 1))
done
if [ "$found" -eq 0 ]; then
    echo "No key of any municipality: put them in the folder that is mounted at /keys, as <kommunenummer>.pub." >&2
    exit 1
fi
echo "Drop folders for $found municipalities."
exec /usr/sbin/sshd -D -e
