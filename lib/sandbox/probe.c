/* SPDX-License-Identifier: MIT */
/* Which layers work here: each is tried for real, in a child of its own. Version numbers are not
   read: a container's seccomp profile, a sysctl or an LSM can take away what the kernel has. */
#include <codeexec/probe.h>

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
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

#include "cgroup/cgroup.h"
#include "error_internal.h"
#include "result.h"
#include "sandbox/filter.h"
#include "sandbox/profile.h"
#include "sandbox/sandbox.h"
#include "util/fd.h"

/** What a probing child reports: 0 or -errno, at which step, and, where it is known better than by
 * an errno, why. */
typedef struct report {
    int status;
    char stage[32];
    char why[CODEEXEC_LAYER_WHY_SIZE];
} report;

typedef struct layer_probe {
    const char *name;
    codeexec_need need;
    /** In a child: 0 or -errno. May say why in out->why. */
    int (*attempt)(const char **stage, report *out);
    const char *purpose;
    const char *hint;
} layer_probe;

#define HINT_NAMESPACES                                                                            \
    "run as root with CAP_SYS_ADMIN, or allow unprivileged user namespaces "                       \
    "(sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, "                         \
    "kernel.apparmor_restrict_unprivileged_userns; in a container a seccomp profile without the "  \
    "block)"

static int attempt_no_new_privs(const char **stage, report *out)
{
    *stage = "prctl";
    return ce_step_no_new_privs(NULL);
}

static int attempt_seccomp(const char **stage, report *out)
{
    CE_CLEANUP_FD memfd = -1;
    struct stat status;

    *stage = "no-new-privs";
    int result = ce_step_no_new_privs(NULL);
    if (result < 0)
        return result;
    *stage = "filter";
    if (ce_filter_export(CE_PROFILE_NAMESPACES, &memfd, NULL) < 0 || fstat(memfd, &status) < 0)
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

static int attempt_rlimits(const char **stage, report *out)
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

static int attempt_user_namespace(const char **stage, report *out)
{
    *stage = "unshare";
    return unshare(CLONE_NEWUSER) < 0 ? -errno : 0;
}

/** The namespaces, as guests get them: by privilege or inside a user namespace. */
static int attempt_namespaces(const char **stage, report *out)
{
    int user_namespace;
    return ce_enter_namespaces(&user_namespace, stage);
}

static int attempt_pid_namespace(const char **stage, report *out)
{
    int status = attempt_namespaces(stage, out);

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

static int attempt_new_root(const char **stage, report *out)
{
    const ce_root_entry entries[] = {
        { CE_ROOT_DIR, "/tmp", NULL },
        { CE_ROOT_DIR, "/dev/shm", NULL },
        { CE_ROOT_BIND, "/dev/null", NULL },
    };
    int status = attempt_namespaces(stage, out);

    if (status == 0)
        status = ce_enter_root(entries, sizeof(entries) / sizeof(entries[0]), stage);
    if (status == 0)
        status = ce_mount_scratch(1 << 20, 64, stage);
    if (status < 0)
        return status;
    *stage = "see-old-root";
    return access("/etc", F_OK) < 0 ? 0 : -EEXIST;
}

static int attempt_dropping(const char **stage)
{
    *stage = "securebits";
    int status = ce_step_securebits(NULL);
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

static int attempt_capabilities(const char **stage, report *out)
{
    int status = attempt_namespaces(stage, out);
    return status < 0 ? status : attempt_dropping(stage);
}

/** Where Landlock is on, a file outside the ruleset cannot be opened. */
static int attempt_landlock(const char **stage, report *out)
{
    ce_confinement confinement = { .landlock_abi = ce_landlock_abi() };

    *stage = "version";
    if (confinement.landlock_abi == 0)
        return -EOPNOTSUPP;
    *stage = "no-new-privs";
    int status = ce_step_no_new_privs(NULL);
    if (status < 0)
        return status;
    *stage = "ruleset";
    confinement.landlock_ruleset =
        ce_landlock_ruleset(confinement.landlock_abi, NULL, 0, NULL, "/dev/shm");
    if (confinement.landlock_ruleset < 0)
        return confinement.landlock_ruleset;
    *stage = "restrict";
    status = ce_step_landlock(&confinement);
    if (status < 0)
        return status;
    *stage = "enforce";
    return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC) < 0 && errno == EACCES ? 0 : -EIO;
}

static int attempt_own_signals(const char **stage, report *out)
{
    *stage = "no-new-privs";
    int status = ce_step_no_new_privs(NULL);
    if (status < 0)
        return status;
    *stage = "load";
    status = ce_step_own_signals(NULL);
    if (status < 0)
        return status;
    *stage = "enforce";
    if (kill(getpid(), 0) < 0)
        return -errno;
    return kill(getppid(), 0) < 0 && errno == EPERM ? 0 : -EIO;
}

static int attempt_cgroup(const char **stage, report *out)
{
    codeexec_error error = CODEEXEC_ERROR_INIT;

    *stage = "cgroup";
    int status = ce_cgroup_try(NULL, &error);
    if (status == 0)
        return 0;
    ce_utf8_copy(out->why, sizeof(out->why), error.message, strlen(error.message));
    return error.sys_errno != 0 ? -error.sys_errno : -EOPNOTSUPP;
}

/** Everything that the namespaces profile asks of the machine, one on top of the other. */
static int attempt_namespaces_profile(const char **stage, report *out)
{
    int status = attempt_new_root(stage, out);

    if (status < 0)
        return status;
    *stage = "unshare-pid";
    if (unshare(CE_GUEST_NAMESPACES | CLONE_NEWCGROUP) < 0)
        return -errno;
    *stage = "fork";
    pid_t child = fork();
    if (child < 0)
        return -errno;
    if (child == 0) {
        /* Pid 1 of its namespace, with mounts of its own: what an init does. */
        const char *inner = NULL;
        _exit(getpid() == 1 && ce_mount_scratch(1 << 20, 64, &inner) == 0 ? 0 : 1);
    }
    int result = 0;
    if (waitpid(child, &result, 0) < 0)
        return -errno;
    if (result != 0)
        return -EIO;
    return attempt_dropping(stage);
}

static const layer_probe probes[] = {
    { "no_new_privs", CODEEXEC_NEED_ALWAYS, attempt_no_new_privs, "set-id programs give nothing",
      "Linux 3.5 or later" },
    { "seccomp", CODEEXEC_NEED_ALWAYS, attempt_seccomp, "system calls from an allow-list only",
      "a kernel with CONFIG_SECCOMP_FILTER; in a container, one that lets programs add filters" },
    { "rlimits", CODEEXEC_NEED_ALWAYS, attempt_rlimits,
      "memory, CPU time, file size, processes, descriptors",
      "raise the service's own hard limits (ulimit -H)" },
    { "namespaces", CODEEXEC_NEED_ONE_PROFILE, attempt_namespaces,
      "mounts, network, IPC and hostname of its own", HINT_NAMESPACES },
    { "pid_namespace", CODEEXEC_NEED_ONE_PROFILE, attempt_pid_namespace,
      "sees and signals only its own processes, which end with it", HINT_NAMESPACES },
    { "new_root", CODEEXEC_NEED_ONE_PROFILE, attempt_new_root,
      "read-only root of the interpreter and its libraries; fresh /tmp and /dev/shm",
      "Linux 5.12 or later (mount_setattr), and namespaces" },
    { "capabilities", CODEEXEC_NEED_ONE_PROFILE, attempt_capabilities,
      "all capability sets empty and locked", HINT_NAMESPACES },
    { "user_namespace", CODEEXEC_NEED_NOT, attempt_user_namespace,
      "namespaces without root; root does without", HINT_NAMESPACES },
    { "landlock", CODEEXEC_NEED_ONE_PROFILE, attempt_landlock,
      "files by hierarchy, TCP, signals; replaces namespaces where there are none",
      "Linux 5.13 or later with CONFIG_SECURITY_LANDLOCK and \"landlock\" among the LSMs "
      "(kernel parameter lsm=); in a container, a seccomp profile that allows landlock_*" },
    { "own_signals", CODEEXEC_NEED_NOT, attempt_own_signals,
      "signals to itself only, where there is no pid namespace", "as seccomp" },
    { "cgroup", CODEEXEC_NEED_NOT, attempt_cgroup,
      "one memory, process and CPU limit for a whole run, and what it used",
      "root, or a delegated cgroup: systemd Delegate=yes (systemd-run --user --scope -p "
      "Delegate=yes), in a container a writable cgroup; or CODEEXEC_CGROUP=PATH" },
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
    result.status = probe->attempt(&stage, &result);
    snprintf(result.stage, sizeof(result.stage), "%s", stage);
    if (write(out, &result, sizeof(result)) != (ssize_t)sizeof(result))
        _exit(1);
    _exit(0);
}

/** Have a child try it. @return 0 or an error of ours; what the child found is in *result, whose
 * status is -ECANCELED if it was killed */
static int run_attempt(const layer_probe *probe, report *result, codeexec_error *error)
{
    int ends[2];

    memset(result, 0, sizeof(*result));
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
        size = read(in, result, sizeof(*result));
    while (size < 0 && errno == EINTR);
    /* The pipe carries the verdict; a host that ignores SIGCHLD makes this fail with ECHILD. */
    while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    if (size != (ssize_t)sizeof(*result))
        *result = (report){ .status = -ECANCELED, .why = "the probing process was killed" };
    else if (result->status < 0 && result->why[0] == '\0')
        snprintf(result->why, sizeof(result->why), "%s: %s", result->stage,
                 strerror(-result->status));
    return 0;
}

static int run_probe(const layer_probe *probe, codeexec_layer *layer, codeexec_error *error)
{
    report result;
    int status = run_attempt(probe, &result, error);

    if (status < 0)
        return status;
    *layer = (codeexec_layer){ .name = probe->name,
                               .need = probe->need,
                               .works = result.status == 0,
                               .purpose = probe->purpose,
                               .hint = result.status == 0 ? NULL : probe->hint };
    if (!layer->works)
        memcpy(layer->why, result.why, sizeof(layer->why));
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

/* ---- which profile ---- */

static const layer_probe namespaces_profile = { .name = "namespaces",
                                                .attempt = attempt_namespaces_profile };
static const layer_probe locked_down_profile = { .name = "landlock", .attempt = attempt_landlock };

int ce_profile_choose(ce_profile_wish wish, ce_profile *profile, codeexec_error *error)
{
    report namespaces = { .why = "not asked for" };
    report landlock = { .why = "not asked for" };
    int status;

    if (wish != CE_WISH_LOCKED_DOWN) {
        status = run_attempt(&namespaces_profile, &namespaces, error);
        if (status < 0)
            return status;
        if (namespaces.status == 0) {
            *profile = CE_PROFILE_NAMESPACES;
            return 0;
        }
    }
    if (wish != CE_WISH_NAMESPACES) {
        status = run_attempt(&locked_down_profile, &landlock, error);
        if (status < 0)
            return status;
        if (landlock.status == 0) {
            *profile = CE_PROFILE_LOCKED_DOWN;
            return 0;
        }
    }
    const int better = wish == CE_WISH_LOCKED_DOWN ? landlock.status : namespaces.status;
    return ce_error_set(error, CODEEXEC_EISOLATION, -better, "isolation",
                        "programs cannot be confined here: namespaces: %s; Landlock: %s (run "
                        "`codeexec doctor` for what would help)",
                        namespaces.why, landlock.why);
}
