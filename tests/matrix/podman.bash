# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of tests/matrix/run
# The cells in a container. No image is pulled: the container's root is made of a few directories and
# read-only mounts of this machine's /usr and of the checkout. Storage, state and cgroups of the
# engine are in places of our own and go away with us.

podman_missing() {
    local tool
    for tool in podman runc conmon; do
        command -v "$tool" >/dev/null || {
            echo "no $tool here"
            return
        }
    done
    [ "$(id -u)" -eq 0 ] || echo "the container engine is run by root only"
}

# Sets podman_command: the engine with everything it keeps below our own directory.
podman_set_command() {
    podman_command=(podman --root "$scratch/p/storage" --runroot "$scratch/p/run"
        --tmpdir "$scratch/p/tmp" --runtime runc --storage-driver=vfs
        --cgroup-manager=cgroupfs --log-level=error)
}

podman_make_root() {
    local root=$1 link
    mkdir -p "$root"/{dev,etc/alternatives,proc,run,sys,tmp,usr,root,var/tmp} "$root$PWD"
    chmod 1777 "$root/tmp" "$root/var/tmp"
    for link in bin sbin lib lib32 lib64; do
        [ ! -L "/$link" ] || ln -s "usr/$link" "$root/$link"
    done
    printf 'root:x:0:0::/root:/bin/sh\ncodeexec:x:1000:1000::/tmp:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\ncodeexec:x:1000:\n' >"$root/etc/group"
    cp -r /etc/ld.so.cache /etc/matplotlibrc "$root/etc/" 2>/dev/null || true
}

# podman_run OPTION...: run the plan in a container with these options.
podman_run() {
    local root=$scratch/container setting environment=()
    podman_set_command
    mkdir -p "$scratch/p"/{storage,run,tmp}
    podman_make_root "$root"
    while read -r setting; do
        environment+=(--env "$setting")
    done <"$plan.environment"
    # The limits are said because runc may not raise them above those of who calls it.
    bounded "$limit" "${podman_command[@]}" run --rm --log-driver=none --name "$container" --cgroup-parent="/$container" \
        --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \
        --security-opt=no-new-privileges --cap-drop=ALL --network=none --read-only --tmpfs /tmp \
        --volume /usr:/usr:ro --volume /etc/alternatives:/etc/alternatives:ro \
        --volume "$PWD:$PWD:ro" --volume "$plan:/plan:ro" --workdir "$PWD" \
        "${environment[@]}" "$@" --rootfs "$root" tests/matrix/inside /plan >"$log" 2>&1
}

# Whatever is left of the container, also when it ran out of time.
podman_clean() {
    if [ ! -d "$scratch/p" ]; then return; fi
    podman_set_command
    "${podman_command[@]}" rm --force --time 0 --all >/dev/null 2>&1 || true
    umount -l "$scratch/p/storage" 2>/dev/null || true
    # Deepest first, and again while the engine's last process is still on its way out.
    for _ in $(seq 100); do
        find /sys/fs/cgroup -depth -type d -path "*/$container*" -exec rmdir {} \; 2>/dev/null || true
        if [ "$(find /sys/fs/cgroup -type d -name "$container*" 2>/dev/null)" = "" ]; then break; fi
        sleep 0.3
    done
    rm -rf "$scratch/p" "$scratch/container"
}
