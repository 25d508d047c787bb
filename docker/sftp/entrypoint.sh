#!/bin/sh
# Makes one account for each public key <four digits>.pub, and its folder: inbox to write to, receipts to read.
# A key audit.pub makes an account for an audit on another machine: it reads every inbox and writes every receipt.
# The places can be set, so that the tests run this very script beside whatever else is on their machine.
set -eu

keys=${SFTP_KEYS_FOLDER:-/keys}
drop=${SFTP_DROP_FOLDER:-/srv/drop}
authorized=${SFTP_AUTHORIZED_FOLDER:-/etc/ssh/municipalities}
host_key=${SFTP_HOST_KEY:-/etc/ssh/host_keys/ssh_host_ed25519_key}
config=${SFTP_CONFIG:-/etc/ssh/sshd_config}
audit_id=${SFTP_AUDIT_ID:-50000}

getent group municipality >/dev/null || groupadd --system municipality
getent group audit >/dev/null || groupadd --gid "$audit_id" audit
[ -f "$host_key" ] || ssh-keygen -q -t ed25519 -N '' -f "$host_key"
install -d -m 0755 /run/sshd

found=0
for key in "$keys"/[0-9][0-9][0-9][0-9].pub; do
    [ -f "$key" ] || continue
    number=$(basename "$key" .pub)
    # Account names may not be all digits.
    user="k$number"
    home="$drop/$number"
    # The password «*» fits nothing, but is not «!», which sshd takes for a locked account.
    # Not in the group audit: the folders give their group to what is put in them, and membership would open the others'.
    id "$user" >/dev/null 2>&1 || useradd --no-create-home --home-dir "$home" --shell /usr/sbin/nologin \
        --gid municipality --password '*' "$user"
    # sshd asks that the root of a chroot belongs to root and that nobody else can write there.
    install -d -o root -g root -m 0755 "$home"
    install -d -o "$user" -g audit -m 2750 "$home/inbox"
    install -d -o "$audit_id" -g audit -m 2755 "$home/receipts"
    install -o root -g root -m 0644 "$key" "$authorized/$user.pub"
    found=$((found + 1))
done
if [ "$found" -eq 0 ]; then
    echo "No key of any municipality: put them in the folder that is mounted at /keys, as <kommunenummer>.pub." >&2
    exit 1
fi
if [ -f "$keys/audit.pub" ]; then
    id audit >/dev/null 2>&1 || useradd --no-create-home --home-dir "$drop" --shell /usr/sbin/nologin \
        --uid "$audit_id" --gid audit --password '*' audit
    install -o root -g root -m 0644 "$keys/audit.pub" "$authorized/audit.pub"
fi
echo "Drop folders for $found municipalities."
exec /usr/sbin/sshd -D -e -f "$config" "$@"
