/* SPDX-License-Identifier: MIT */
/* Which layers work here: each is tried for real, in a child of its own. Version numbers are not
   read: a container's seccomp profile, a sysctl or an LSM can take away what the kernel has. */
#include <codeexec/probe.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error_internal.h"
#include "sandbox/filter.h"
#include "sandbox/sandbox.h"
#include "util/fd.h"

/** What a probing child reports: 0 or -errno, and at which step. */
typedef struct report {
    int status;
    char stage[32];
} report;

typedef struct layer_probe {
    const char *name;
    int required;
    int (*attempt)(const char **stage); /**< in a child: 0 or -errno */
    const char *purpose;
    const char *hint;
} layer_probe;

#define HINT_NAMESPACES                                                                            \
    "run as root with CAP_SYS_ADMIN, or allow unprivileged user namespaces "                       \
    "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "                         \
    "kernel.apparmor_restrict_unprivileged_userns; in a container a seccomp profile without the "  \
    "block)"

static int attempt_no_new_privs(const char **stage)
{
    *stage = "prctl";
    return ce_step_no_new_privs(NULL);
}

static int attempt_seccomp(const char **stage)
{
    CE_CLEANUP_FD memfd = -1;
    struct stat status;

    *stage = "no-new-privs";
    int result = ce_step_no_new_privs(NULL);
    if (result < 0)
        return result;
    *stage = "filter";
    if (ce_filter_export(&memfd, NULL) < 0 || fstat(memfd, &status) < 0)
        return -EIO;
    void *program = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, memfd, 0);
    if (program == MAP_FAILED)
        return -errno;
    ce_confinement confinement = { .filter = program, .filter_size = (size_t)status.st_size };
    *stage = "load";
    result = ce_step_seccomp(&confinement);
    if (result < 0)
        return result;
    /* Loaded is not enough: a denied call must be denied, with its errno. */
    *stage = "enforce";
    return socket(AF_INET, SOCK_STREAM, 0) < 0 && errno == EPERM ? 0 : -EIO;
}

static int attempt_rlimits(const char **stage)
{
    ce_confinement confinement = {
        .file_bytes = 1 << 20, .processes = 64, .open_files = 64, .stack_bytes = 8 << 20
    };

    *stage = "setrlimit";
    int status = ce_step_rlimits(&confinement);
    if (status < 0)
        return status;
    return ce_limit_run(UINT64_C(64) << 20, UINT64_C(64) << 20, UINT64_C(1) << 32, 10);
}

static int attempt_user_namespace(const char **stage)
{
    *stage = "unshare";
    return unshare(CLONE_NEWUSER) < 0 ? -errno : 0;
}

/** The namespaces, as guests get them: by privilege or inside a user namespace. */
static int attempt_namespaces(const char **stage)
{
    int user_namespace;
    return ce_enter_namespaces(&user_namespace, stage);
}

static int attempt_pid_namespace(const char **stage)
{
    int status = attempt_namespaces(stage);

    if (status < 0)
        return status;
    *stage = "unshare-pid";
    if (unshare(CLONE_NEWPID) < 0)
        return -errno;
    *stage = "fork";
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0)
        _exit(getpid() == 1 ? 0 : 1);
    int result = 0;
    if (waitpid(child, &result, 0) < 0)
        return -errno;
    return result == 0 ? 0 : -EIO;
}

static int attempt_new_root(const char **stage)
{
    const ce_root_entry entries[] = {
        { CE_ROOT_DIR, "/tmp", NULL },
        { CE_ROOT_DIR, "/dev/shm", NULL },
        { CE_ROOT_BIND, "/dev/null", NULL },
    };
    int status = attempt_namespaces(stage);

    if (status == 0)
        status = ce_enter_root(entries, sizeof(entries) / sizeof(entries[0]), stage);
    if (status == 0)
        status = ce_mount_scratch(1 << 20, 64, stage);
    if (status < 0)
        return status;
    *stage = "see-old-root";
    return access("/etc", F_OK) < 0 ? 0 : -EEXIST;
}

static int attempt_capabilities(const char **stage)
{
    int user_namespace = 0;

    *stage = "namespaces";
    int status = ce_enter_namespaces(&user_namespace, stage);
    if (status < 0)
        return status;
    *stage = "securebits";
    status = ce_step_securebits(NULL);
    if (status == 0) {
        *stage = "bounding-set";
        status = ce_step_bounding_set(NULL);
    }
    if (status == 0) {
        *stage = "capset";
        status = ce_step_capabilities(NULL);
    }
    return status;
}

static const layer_probe probes[] = {
    { "no_new_privs", 1, attempt_no_new_privs, "set-id programs give nothing",
      "Linux 3.5 or later" },
    { "seccomp", 1, attempt_seccomp, "system calls from an allow-list only",
      "a kernel with CONFIG_SECCOMP_FILTER; in a container, one that lets programs add filters" },
    { "rlimits", 1, attempt_rlimits, "memory, CPU time, file size, processes, descriptors",
      "raise the service's own hard limits (ulimit -H)" },
    { "namespaces", 1, attempt_namespaces, "mounts, network, IPC, hostname and cgroups of its own",
      HINT_NAMESPACES },
    { "pid_namespace", 1, attempt_pid_namespace,
      "sees and signals only its own processes, which end with it", HINT_NAMESPACES },
    { "new_root", 1, attempt_new_root,
      "read-only root of the interpreter and its libraries; fresh /tmp and /dev/shm",
      "Linux 5.12 or later (mount_setattr), and namespaces" },
    { "capabilities", 1, attempt_capabilities, "all capability sets empty and locked",
      HINT_NAMESPACES },
    { "user_namespace", 0, attempt_user_namespace, "namespaces without root; root does without",
      HINT_NAMESPACES },
};

#define PROBE_COUNT (sizeof(probes) / sizeof(probes[0]))

/** Child side: never returns. Core dumps and the host's handlers stay out of it. */
static _Noreturn void attempt_and_report(const layer_probe *probe, int out)
{
    const struct rlimit none = { 0, 0 };
    const char *stage = probe->name;
    report result;

    setrlimit(RLIMIT_CORE, &none);
    memset(&result, 0, sizeof(result));
    result.status = probe->attempt(&stage);
    snprintf(result.stage, sizeof(result.stage), "%s", stage);
    if (write(out, &result, sizeof(result)) != (ssize_t)sizeof(result))
        _exit(1);
    _exit(0);
}

static int run_probe(const layer_probe *probe, codeexec_layer *layer, codeexec_error *error)
{
    int ends[2];
    report result;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, errno, "pipe", "pipe: %s", strerror(errno));
    CE_CLEANUP_FD in = ends[0];
    pid_t child = fork();
    if (child == 0)
        attempt_and_report(probe, ends[1]);
    int fork_errno = errno;
    close(ends[1]);
    if (child < 0)
        return ce_error_set(error, CODEEXEC_ESYSTEM, fork_errno, "fork", "fork: %s",
                            strerror(fork_errno));
    ssize_t size;
    do
        size = read(in, &result, sizeof(result));
    while (size < 0 && errno == EINTR);
    /* The pipe carries the verdict; a host that ignores SIGCHLD makes this fail with ECHILD. */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;

    memset(layer, 0, sizeof(*layer));
    layer->name = probe->name;
    layer->required = probe->required;
    layer->purpose = probe->purpose;
    layer->works = size == (ssize_t)sizeof(result) && result.status == 0;
    if (layer->works)
        return 0;
    layer->hint = probe->hint;
    if (size == (ssize_t)sizeof(result))
        snprintf(layer->why, sizeof(layer->why), "%s: %s", result.stage, strerror(-result.status));
    else
        snprintf(layer->why, sizeof(layer->why), "the probing process was killed");
    return 0;
}

int codeexec_probe(codeexec_layer **layers, size_t *count, codeexec_error *error)
{
    CE_CLEANUP_FREE codeexec_layer *found = calloc(PROBE_COUNT, sizeof(*found));

    if (found == NULL)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, "probe", "out of memory");
    for (size_t i = 0; i < PROBE_COUNT; i++) {
        int status = run_probe(&probes[i], &found[i], error);
        if (status < 0)
            return status; // NOLINT(clang-analyzer-unix.Malloc): see ce_free()
    }
    *layers = found;
    *count = PROBE_COUNT;
    found = NULL;
    return 0;
}
