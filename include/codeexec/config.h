/* SPDX-License-Identifier: MIT */
/** @file config.h
 *  Settings of an executor and of the front ends, and the one loader that reads them from
 *  environment variables. Each field names its variable.
 */
#ifndef CODEEXEC_CONFIG_H
#define CODEEXEC_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include <codeexec/error.h>
#include <codeexec/limits.h>
#include <codeexec/version.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The least isolation that will do; below it nothing runs (CODEEXEC_EISOLATION). Whatever is asked
 *  for, every layer that works is on, and below the floor (no_new_privs, seccomp, resource limits,
 *  and either namespaces or Landlock) nothing runs. Bits, to be combined. Since 0.1. */
enum codeexec_isolation {
    CODEEXEC_ISOLATION_AUTO = 0,             /**< the floor */
    CODEEXEC_ISOLATION_NAMESPACES = 1u << 0, /**< namespaces and a new root */
    CODEEXEC_ISOLATION_LANDLOCK = 1u << 1,   /**< Landlock */
    CODEEXEC_ISOLATION_CGROUPS = 1u << 2     /**< one memory and process limit for a whole run */
};

/** The two ways to confine a program. Since 0.1. */
typedef enum codeexec_profile {
    CODEEXEC_PROFILE_AUTO = 0,       /**< namespaces where they work, else locked down */
    CODEEXEC_PROFILE_NAMESPACES = 1, /**< namespaces and a new root */
    CODEEXEC_PROFILE_LOCKED_DOWN = 2 /**< no namespaces: Landlock, and threads but no processes */
} codeexec_profile;

/** What the policy (a linter, not a boundary) checks before a program runs. */
typedef enum codeexec_policy {
    CODEEXEC_POLICY_DEFAULT = 0, /**< what has no honest use in a snippet */
    CODEEXEC_POLICY_STRICT = 1,  /**< also introspection walks and code from data */
    CODEEXEC_POLICY_OFF = 2,     /**< nothing */
    CODEEXEC_POLICY_FILE = 3     /**< what codeexec_config.policy_file says */
} codeexec_policy;

/** Settings. Start from codeexec_config_init(), then change fields or load the environment.
 *  String fields are borrowed: a literal may be assigned; what the loader stored is freed by
 *  codeexec_config_clear(). An executor copies what it needs. Since 0.1. */
typedef struct codeexec_config {
    size_t struct_size;          /**< set by codeexec_config_init() */
    uint32_t wall_ms;            /**< EXECUTION_TIMEOUT: default wall time, 1..600000 ms */
    uint64_t memory_bytes;       /**< MAX_MEMORY_MB: default memory limit, 16..8192 MiB */
    uint64_t output_bytes;       /**< MAX_OUTPUT_SIZE: bytes kept of each stream, 1..1 GiB */
    const char *allowed_modules; /**< ALLOWED_MODULES: comma-separated top-level names */
    int preload;                 /**< BYPASS_SETUP=false: import allowed_modules at start */
    int learn;                   /**< CODEEXEC_LEARN: after a program has imported some of
                                      allowed_modules, keep an interpreter that has them loaded
                                      for the next one */
    uint64_t tier_bytes;         /**< CODEEXEC_TIER_MEMORY_MB: memory such interpreters may take
                                      together before no more are learned, 16..65536 MiB */
    const char *listen;          /**< CODEEXEC_LISTEN: ADDRESS:PORT, [V6]:PORT, unix:PATH */
    const char *python;          /**< CODEEXEC_PYTHON: interpreter; NULL finds one */
    unsigned isolation;          /**< CODEEXEC_ISOLATION: of enum codeexec_isolation */
    codeexec_profile profile;    /**< CODEEXEC_PROFILE: auto, namespaces, locked-down */
    const char *cgroup;          /**< CODEEXEC_CGROUP: NULL or "auto" looks for a place, "off"
                                      does without, else a cgroup directory */
    const char *work_dir;        /**< CODEEXEC_WORK_DIR: where the locked-down profile makes
                                      private directories */
    codeexec_policy policy;      /**< CODEEXEC_POLICY: default, strict, off, or a file */
    const char *policy_file;     /**< CODEEXEC_POLICY=FILE: path of a JSON policy file, see
                                      docs/policy.md. Read when an executor is created; used with
                                      CODEEXEC_POLICY_FILE only */
    uint32_t concurrency;        /**< CODEEXEC_CONCURRENCY: runs at once, 1..1024;
                                      0 takes it from the cores */
    uint32_t queue_length;       /**< CODEEXEC_QUEUE: runs waiting at most, 0..1000000 */
    uint64_t body_bytes;         /**< CODEEXEC_MAX_BODY: request body cap, 1 KiB..64 MiB */
    uint32_t processes;          /**< CODEEXEC_MAX_PROCESSES: processes and threads of one
                                      run, 1..4096 */
    uint32_t cpu_millis;         /**< CODEEXEC_MAX_CPUS: thousandths of a CPU that a run may use
                                      at once, 10..1024000; 0: no bound. Needs a cgroup */
    uint32_t open_files;         /**< CODEEXEC_MAX_OPEN_FILES: descriptors per process,
                                      16..65536 */
    uint64_t tmp_bytes;          /**< CODEEXEC_MAX_TMP_MB: size of /tmp, and of /dev/shm,
                                      1..8192 MiB */
    uint32_t zygote_runs;        /**< CODEEXEC_ZYGOTE_RUNS: a zygote is replaced after so
                                      many runs, 1..1000000000 */
    const char *libexec_dir;     /**< CODEEXEC_LIBEXEC: where codeexec-zygote lives; NULL
                                      looks beside the library, then where it was
                                      installed */
    void *owned;                 /**< private: what the loader allocated */
} codeexec_config;

/** Fill in every default. Allocates nothing. Thread-safe. Since 0.1. */
CODEEXEC_API void codeexec_config_init(codeexec_config *config);

/** Overwrite fields from those environment variables that are set. An empty value counts as
 *  unset. Reads the environment, so no other thread may change it meanwhile.
 *  @param config initialized; unchanged on failure
 *  @param error  may be NULL; message names the variable, its value and what is accepted
 *  @return 0, -CODEEXEC_EINVAL for a bad value, -CODEEXEC_ENOMEM. Since 0.1. */
CODEEXEC_API int codeexec_config_load_env(codeexec_config *config, codeexec_error *error);

/** Free what codeexec_config_load_env() stored and zero the struct. NULL is fine. */
CODEEXEC_API void codeexec_config_clear(codeexec_config *config);

/** One environment variable, for `--help`, manuals and tests. All strings are static. */
typedef struct codeexec_variable {
    const char *name;
    const char *default_text; /**< as a person would set it */
    const char *accepted;     /**< what a value must look like */
    const char *meaning;      /**< one line */
} codeexec_variable;

/** Every variable the loader reads, in the order of the documentation.
 *  @param count receives their number
 *  @return a static array. Thread-safe. Since 0.1. */
CODEEXEC_API const codeexec_variable *codeexec_config_variables(size_t *count);

/** What the machine or container grants this process: the affinity mask capped by the cgroup's CPU
 *  quota (rounded up), and physical memory capped by the cgroup's limit.
 *  @param cpus receives the number of CPUs, at least 1; may be NULL
 *  @param memory_bytes receives the bytes; may be NULL. Thread-safe. Since 0.1. */
CODEEXEC_API void codeexec_machine_size(uint32_t *cpus, uint64_t *memory_bytes);

#ifdef __cplusplus
}
#endif
#endif
