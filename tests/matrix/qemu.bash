# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of tests/matrix/run
# The cells with another kernel: Debian's, in a virtual machine without acceleration, with cgroup v2.
# The machine's system is made of files of this one.

# What the guest needs beyond the interpreter. The big libraries (scipy, sklearn, matplotlib) stay out.
guest_python_packages=(numpy pandas dateutil pytz six.py)
guest_modules=(virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk)

# Debian's kernel, unpacked below the cache and not installed. Sets qemu_kernel.
qemu_fetch_kernel() {
    local package=${CODEEXEC_MATRIX_KERNEL-} work modules module number=0
    if [ "$package" = "" ]; then
        package=$(apt-cache depends --important linux-image-cloud-amd64 2>/dev/null |
            sed -n 's/^ *Depends: \(linux-image-[0-9]\)/\1/p' | head -n 1)
    fi
    if [ "$package" = "" ]; then
        # Without package lists what was fetched before will do.
        qemu_kernel=$(find "$cache" -maxdepth 1 -name 'linux-image-*' 2>/dev/null | sort -V | tail -n 1)
        [ "$qemu_kernel" != "" ]
        return
    fi
    qemu_kernel=$cache/$package
    if [ -e "$qemu_kernel/vmlinuz" ]; then return; fi

    work=$scratch/kernel
    mkdir -p "$work/root" "$work/done/modules"
    (cd "$work" && apt-get download -qq "$package") >&2 2>"$work/log" || return 1
    dpkg-deb -x "$work"/*.deb "$work/root" || return 1
    modules=$(echo "$work/root/lib/modules"/*)
    for module in "${guest_modules[@]}"; do
        number=$((number + 1))
        find "$modules/kernel" -name "$module.ko" -exec cp {} "$work/done/modules/$number-$module.ko" \;
    done
    cp "$work/root/boot"/vmlinuz-* "$work/done/vmlinuz"
    rm -rf "$qemu_kernel"
    mv "$work/done" "$qemu_kernel"
    rm -rf "$work"
}

# qemu_copy ROOT PATH...: files to where their directories really are, links followed.
qemu_copy() {
    local root=$1 path directory
    shift
    for path in "$@"; do
        directory=$(realpath "$(dirname "$path")")
        mkdir -p "$root$directory"
        cp -L "$path" "$root$directory/"
    done
}

# What the ELF files among the arguments are linked to.
qemu_libraries() {
    ldd "$@" 2>/dev/null | grep -o '/[^ :]*\.so[^ :]*' | grep -v "^$PWD/" | sort -u
}

# The image of the guest's system. Made anew when a package, the recipe or the place changes. Sets
# qemu_system.
qemu_make_system() {
    local key root=$scratch/system package link binaries=() libraries
    key=$({
        dpkg-query -W
        cat tests/matrix/qemu.bash tests/matrix/guest-init
        echo "$PWD $build"
    } | sha256sum | cut -c1-16)
    qemu_system=$cache/system-$key.ext4
    if [ -e "$qemu_system" ]; then return; fi

    mkdir -p "$root"/{dev,etc,proc,run,sys,tmp,root,var/tmp} \
        "$root"/usr/{bin,sbin,lib,lib64,lib/python3/dist-packages} "$root$PWD"
    for link in bin sbin lib lib64; do
        ln -s "usr/$link" "$root/$link"
    done
    printf 'root:x:0:0::/root:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\n' >"$root/etc/group"

    cp -a /usr/lib/python3.* "$root/usr/lib/"
    rm -rf "$root"/usr/lib/python3.*/{config-*,test,idlelib,lib2to3,ensurepip}
    for package in "${guest_python_packages[@]}"; do
        cp -a "/usr/lib/python3/dist-packages/$package" "$root/usr/lib/python3/dist-packages/" || return 1
    done
    find "$root/usr/lib/python3" -name tests -type d -prune -exec rm -rf {} +
    cp -a /usr/share/zoneinfo "$root/usr/lib/" 2>/dev/null && mkdir -p "$root/usr/share" &&
        mv "$root/usr/lib/zoneinfo" "$root/usr/share/"

    qemu_copy "$root" "$(realpath /usr/bin/python3)" /usr/bin/setpriv
    ln -s "$(basename "$(realpath /usr/bin/python3)")" "$root/usr/bin/python3"
    mapfile -t binaries < <(
        find "$root/usr/bin" "$root/usr/lib" "$build/bin" "$build/lib" "$build/libexec" "$build/tests" \
            -type f \( -perm -100 -o -name '*.so*' \) -exec sh -c \
            'for f; do [ "$(head -c 4 "$f" | tr -d "\177")" = ELF ] && echo "$f"; done' _ {} +
    )
    mapfile -t libraries < <(qemu_libraries "${binaries[@]}")
    qemu_copy "$root" "${libraries[@]}"
    # Loaded by name, not linked: pthread_cancel() and the thread's end in C libraries.
    qemu_copy "$root" "$(dirname "$(ldd /usr/bin/python3 | grep -o '/[^ ]*/libc\.so[^ ]*')")/libgcc_s.so.1"

    cp "$(command -v busybox)" "$root/usr/bin/busybox"
    busybox --list | while read -r link; do
        [ -e "$root/usr/bin/$link" ] || ln -s busybox "$root/usr/bin/$link"
    done
    cp tests/matrix/guest-init "$root/usr/sbin/init"

    rm -f "$cache"/system-*.ext4
    qemu_make_image "$root" "$qemu_system.$$" && mv "$qemu_system.$$" "$qemu_system"
    rm -rf "$root"
}

# qemu_make_image DIRECTORY IMAGE: an ext4 image of the directory, no journal, for reading.
qemu_make_image() {
    local kilobytes
    kilobytes=$(du -sk "$1" | cut -f1)
    rm -f "$2"
    truncate -s "$((kilobytes * 12 / 10 + 8192))K" "$2"
    mke2fs -q -F -t ext4 -O ^has_journal -m 0 -E root_owner=0:0 -d "$1" "$2" >/dev/null
}

qemu_make_initramfs() {
    local root=$scratch/initramfs link
    mkdir -p "$root"/{bin,dev,root}
    cp -r "$qemu_kernel/modules" "$root/"
    cp "$(command -v busybox)" "$root/bin/"
    for link in sh mkdir mount umount insmod switch_root poweroff usleep; do
        ln -s busybox "$root/bin/$link"
    done
    cp tests/matrix/guest-init "$root/init"
    (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$scratch/initramfs.cpio"
    rm -rf "$root"
}

# The checkout as far as the tests need it: programs, and sources that they read.
qemu_make_checkout() {
    local root=$scratch/checkout relative=${build#"$PWD"/}
    mkdir -p "$root/tests/integration" "$root/$relative/tests/integration"
    cp -a tests/escape tests/matrix "$root/tests/" 2>/dev/null || cp -a tests/matrix "$root/tests/"
    cp -a "$build/bin" "$build/libexec" "$root/$relative/"
    mkdir "$root/$relative/lib"
    cp -a "$build"/lib/*.so* "$root/$relative/lib/"
    find "$build/tests/integration" -maxdepth 1 -type f -name 'test_*' -perm -100 \
        -exec cp -a {} "$root/$relative/tests/integration/" \;
    if [ -x "$build/tests/escape/escape" ]; then
        mkdir "$root/$relative/tests/escape"
        cp -a "$build/tests/escape/escape" "$root/$relative/tests/escape/"
    fi
    cp "$plan" "$root/plan"
    cp "$plan.environment" "$root/plan.environment"
    qemu_make_image "$root" "$scratch/checkout.ext4"
    rm -rf "$root"
}

qemu_missing() {
    local tool
    for tool in qemu-system-x86_64 busybox mke2fs apt-get dpkg-deb; do
        command -v "$tool" >/dev/null || {
            echo "no $tool here"
            return
        }
    done
    [ "$(uname -m)" = x86_64 ] || echo "the guest's system is made of this machine's files, and this is no x86_64"
    [ "${build#"$PWD"/}" != "$build" ] || echo "the build directory is outside the checkout"
}

# Run the plan. The result comes on the second serial line, the kernel's complaints on the first.
qemu_run() {
    # One of the cells fills the cache.
    mkdir -p "$cache"
    exec 9>"$cache/lock"
    flock 9
    qemu_fetch_kernel || {
        cannot_run "Debian's kernel package cannot be fetched"
        return
    }
    qemu_make_system || {
        cannot_run "the guest's system could not be made"
        return
    }
    exec 9>&-
    qemu_make_initramfs
    qemu_make_checkout || {
        cannot_run "the image of the checkout could not be made"
        return
    }
    # Nice, because it takes all it gets and other cells measure time.
    timeout -k 5 "$limit" nice -n 10 qemu-system-x86_64 -accel tcg -cpu max -smp 2 -m 2G \
        -nodefaults -no-user-config -display none -no-reboot \
        -kernel "$qemu_kernel/vmlinuz" -initrd "$scratch/initramfs.cpio" \
        -append "console=ttyS0 quiet loglevel=3 panic=-1 mitigations=off matrix_checkout=$PWD matrix_plan=$PWD/plan" \
        -drive "file=$qemu_system,if=virtio,format=raw,readonly=on" \
        -drive "file=$scratch/checkout.ext4,if=virtio,format=raw,readonly=on" \
        -serial "file:$log.console" -serial "file:$log" </dev/null >"$log.qemu" 2>&1 &
    child=$!
    # A machine that does not get as far as the tests is not waited for.
    for _ in $(seq 300); do
        sleep 1
        if [ -s "$log" ] || ! kill -0 "$child" 2>/dev/null; then break; fi
    done
    if [ ! -s "$log" ]; then kill "$child" 2>/dev/null || true; fi
    wait "$child" || true
    child=
    tr -d '\r' <"$log" >"$log.plain"
    mv "$log.plain" "$log"
    # What neither the kernel nor our init complained about is not worth keeping.
    find "$log.console" "$log.qemu" -size 0 -delete
}
