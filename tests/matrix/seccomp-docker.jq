# Podman's default seccomp profile made as strict as Docker's, which lets nobody without
# CAP_SYS_ADMIN make a namespace or a mount, and answers EPERM.
["clone", "clone3", "unshare", "setns", "mount", "umount", "umount2", "pivot_root", "fsopen",
 "fsconfig", "fsmount", "fspick", "open_tree", "move_mount", "mount_setattr", "keyctl", "add_key",
 "request_key", "name_to_handle_at", "io_uring_setup", "io_uring_enter", "io_uring_register"]
as $privileged
| .defaultErrnoRet = 1
| .syscalls |= map(if .action == "SCMP_ACT_ALLOW" and ((.includes // {}) == {}) then .names -= $privileged else . end)
| .syscalls |= map(select(.names != []))
| .syscalls += [
    # All of CLONE_NEW*.
    {names: ["clone"], action: "SCMP_ACT_ALLOW",
     args: [{index: 0, value: 2114060288, valueTwo: 0, op: "SCMP_CMP_MASKED_EQ"}]},
    # Its flags cannot be looked at: libc is to fall back to clone.
    {names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38, args: []}
  ]
