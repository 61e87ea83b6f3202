# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of tests/image/run
# A base image for where no image registry can be reached: Debian with Python, venv and pip, put together
# from Debian's packages. It stands in for python:3.11-slim, which is the same thing.

base_missing() {
    command -v debootstrap >/dev/null || echo "no debootstrap here to make a base image with"
}

# base_make IMAGE: an image of that name. Trusts what this machine trusts, and asks pip's questions where it does.
base_make() {
    local root=$cache/base.new
    rm -rf "$root"
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-pip,python3-venv \
        bookworm "$root" >"$cache/debootstrap.log" 2>&1 || return 1
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
    printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\ndisable-pip-version-check = true\n' \
        >"$root/etc/pip.conf"
    tar -C "$root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./dev/*' \
        --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' -c . |
        "${podman_command[@]}" import --change 'CMD ["python3"]' - "$1" >/dev/null 2>&1 || return 1
    rm -rf "$root"
}
