/* SPDX-License-Identifier: MIT */
#include <codeexec/config.h>

#include "error_internal.h"
#include "policy_file.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/un.h>

/** Bytes of ALLOWED_MODULES at most: it travels in one frame to the zygote. */
#define MAX_MODULES_SIZE 16384u
/** Bytes of a path at most, PATH_MAX of Linux. */
#define MAX_PATH_SIZE 4096u
/** How much of a bad value a message repeats. */
#define SHOWN_VALUE_LENGTH 120

/** A string the loader allocated. They form a list behind codeexec_config.owned. */
typedef struct owned_string {
    struct owned_string *next;
    char text[];
} owned_string;

/** What has been loaded so far; taken over by the caller's config only when all of it is good. */
struct loading {
    codeexec_config config;
    owned_string *strings;
    char why[360]; /**< for a parser's own words */
};

struct setting;

/** Parse text into the loading's field. On -CODEEXEC_EINVAL *why may say more than what the table
 *  says is accepted. */
typedef int setting_parser(const struct setting *setting, const char *text, struct loading *loading,
                           const char **why);

struct setting {
    setting_parser *parse;
    size_t offset; /**< of the field in codeexec_config */
    size_t size;   /**< of the field */
    uint64_t min;  /**< of the number as written */
    uint64_t max;
    uint64_t scale; /**< the field holds the number times this */
};

static setting_parser parse_flag, parse_integer, parse_seconds, parse_bypass, parse_modules,
    parse_listen, parse_path, parse_absolute_path, parse_isolation, parse_profile, parse_cgroup,
    parse_policy;

/* name, default, accepted, meaning, parser, field, smallest, largest, scale */
#define SETTINGS(X)                                                                                \
    X("EXECUTION_TIMEOUT", "300", "a number of seconds above 0, at most 600",                      \
      "default wall time of a run, in seconds", parse_seconds, wall_ms, 1, CODEEXEC_MAX_WALL_MS,   \
      1)                                                                                           \
    X("MAX_MEMORY_MB", "4096", "an integer from 16 to 8192",                                       \
      "default memory limit of a run, in MiB", parse_integer, memory_bytes, 16, 8192, 1u << 20)    \
    X("MAX_OUTPUT_SIZE", "10485760", "an integer from 1 to 1073741824",                            \
      "bytes kept of a run's stdout, and of its stderr", parse_integer, output_bytes, 1, 1u << 30, \
      1)                                                                                           \
    X("ALLOWED_MODULES", CODEEXEC_DEFAULT_MODULES,                                                 \
      "module names separated by commas, without dots, or none",                                   \
      "third-party modules that programs may import", parse_modules, allowed_modules, 0,           \
      MAX_MODULES_SIZE, 1)                                                                         \
    X("BYPASS_SETUP", "true", "true or false",                                                     \
      "false imports ALLOWED_MODULES at start, so that runs find them loaded", parse_bypass,       \
      preload, 0, 1, 1)                                                                            \
    X("CODEEXEC_LEARN", "true", "true or false",                                                   \
      "true keeps an interpreter ready with what programs were seen to import", parse_flag, learn, \
      0, 1, 1)                                                                                     \
    X("CODEEXEC_TIER_MEMORY_MB", "1024", "an integer from 16 to 65536",                            \
      "memory of such interpreters together before no more are learned, in MiB", parse_integer,    \
      tier_bytes, 16, 65536, 1u << 20)                                                             \
    X("CODEEXEC_LISTEN", CODEEXEC_DEFAULT_LISTEN,                                                  \
      "ADDRESS:PORT, [IPV6]:PORT or unix:PATH (PATH below 108 bytes)",                             \
      "where codeexec-server listens", parse_listen, listen, 0, 0, 1)                              \
    X("CODEEXEC_PYTHON", "the first fitting python3", "a path, or a name to look up in PATH",      \
      "the interpreter that programs run in, of a venv too", parse_path, python, 0, 0, 1)          \
    X("CODEEXEC_ISOLATION", "auto",                                                                \
      "auto, or a list of require-namespaces, require-landlock and require-cgroups",               \
      "the least isolation that will do", parse_isolation, isolation, 0, 0, 1)                     \
    X("CODEEXEC_PROFILE", "auto", "auto, namespaces or locked-down",                               \
      "how programs are confined; auto takes namespaces where they work", parse_profile, profile,  \
      0, 0, 1)                                                                                     \
    X("CODEEXEC_CGROUP", "auto", "auto, off, or the absolute path of a cgroup directory",          \
      "where the cgroups of runs are made", parse_cgroup, cgroup, 0, 0, 1)                         \
    X("CODEEXEC_WORK_DIR", CODEEXEC_DEFAULT_WORK_DIR, "an absolute path",                          \
      "where the locked-down profile makes private directories", parse_absolute_path, work_dir, 0, \
      0, 1)                                                                                        \
    X("CODEEXEC_POLICY", "default",                                                                \
      "default, strict, off, or a policy file (./NAME or NAME.json)",                              \
      "what is checked before a program runs", parse_policy, policy_file, 0, 0, 1)                 \
    X("CODEEXEC_CONCURRENCY", "from the CPUs", "an integer from 1 to 1024", "runs at once",        \
      parse_integer, concurrency, 1, 1024, 1)                                                      \
    X("CODEEXEC_QUEUE", "1024", "an integer from 0 to 1000000",                                    \
      "runs that may wait; the next ones are refused", parse_integer, queue_length, 0, 1000000, 1) \
    X("CODEEXEC_MAX_BODY", "16777216", "an integer from 1024 to 67108864",                         \
      "bytes of a request's body at most", parse_integer, body_bytes, 1024, 64u << 20, 1)          \
    X("CODEEXEC_MAX_PROCESSES", "64", "an integer from 1 to 4096",                                 \
      "processes and threads of one run", parse_integer, processes, 1, 4096, 1)                    \
    X("CODEEXEC_MAX_CPUS", "no bound", "a number from 0.01 to 1024",                               \
      "CPUs that a run may use at once; needs a cgroup", parse_seconds, cpu_millis, 10, 1024000,   \
      1)                                                                                           \
    X("CODEEXEC_MAX_OPEN_FILES", "256", "an integer from 16 to 65536",                             \
      "open files of one process", parse_integer, open_files, 16, 65536, 1)                        \
    X("CODEEXEC_MAX_TMP_MB", "256", "an integer from 1 to 8192",                                   \
      "size of a run's /tmp, and of its /dev/shm, in MiB", parse_integer, tmp_bytes, 1, 8192,      \
      1u << 20)                                                                                    \
    X("CODEEXEC_ZYGOTE_RUNS", "10000", "an integer from 1 to 1000000000",                          \
      "runs after which the fork server is replaced", parse_integer, zygote_runs, 1, 1000000000,   \
      1)                                                                                           \
    X("CODEEXEC_LIBEXEC", "beside the library", "a path", "directory of codeexec-zygote",          \
      parse_path, libexec_dir, 0, 0, 1)

#define AS_VARIABLE(name, text, accepted, meaning, parse, field, min, max, scale)                  \
    { name, text, accepted, meaning },
#define AS_SETTING(name, text, accepted, meaning, parse, field, min, max, scale)                   \
    { parse, offsetof(codeexec_config, field), sizeof(((codeexec_config *)0)->field), min, max,    \
      scale },

static const codeexec_variable variables[] = { SETTINGS(AS_VARIABLE) };
static const struct setting settings[] = { SETTINGS(AS_SETTING) };

#define SETTING_COUNT (sizeof(settings) / sizeof(settings[0]))

static void *field_of(const struct setting *setting, struct loading *loading)
{
    return (char *)&loading->config + setting->offset;
}

static void store_integer(const struct setting *setting, struct loading *loading, uint64_t value)
{
    if (setting->size == sizeof(uint32_t)) {
        uint32_t narrow = (uint32_t)value; /* the table's max times scale fits */
        memcpy(field_of(setting, loading), &narrow, sizeof(narrow));
    } else {
        memcpy(field_of(setting, loading), &value, sizeof(value));
    }
}

/** Keep a copy of text[0..length) and point the field at it. */
static int store_string(const struct setting *setting, struct loading *loading, const char *text,
                        size_t length)
{
    owned_string *string = malloc(sizeof(*string) + length + 1);
    if (!string)
        return -CODEEXEC_ENOMEM;
    memcpy(string->text, text, length);
    string->text[length] = '\0';
    string->next = loading->strings;
    loading->strings = string;

    const char *kept = string->text;
    memcpy(field_of(setting, loading), &kept, sizeof(kept));
    return 0;
}

/** Digits only: no sign, no space, no unit, so that nothing is guessed.
 *  @return the first byte behind the digits, or NULL if there is none or the number is over max */
static const char *read_digits(const char *text, uint64_t max, uint64_t *value)
{
    const char *at = text;
    *value = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        *value = *value * 10 + (uint64_t)(*at - '0');
        if (*value > max)
            return NULL;
    }
    return at == text ? NULL : at;
}

static int parse_integer(const struct setting *setting, const char *text, struct loading *loading,
                         const char **why)
{
    uint64_t value;
    const char *end = read_digits(text, setting->max, &value);
    if (!end || *end || value < setting->min)
        return -CODEEXEC_EINVAL;
    store_integer(setting, loading, value * setting->scale);
    return 0;
}

/** Decimal seconds to milliseconds, rounded up: 0.0001 is 1 ms and not 0, which would mean
 *  "default". By hand, because strtod() takes the locale's decimal sign, hex and "inf". */
static int parse_seconds(const struct setting *setting, const char *text, struct loading *loading,
                         const char **why)
{
    uint64_t ms;
    const char *at = read_digits(text, setting->max / 1000, &ms);
    if (!at)
        return -CODEEXEC_EINVAL;
    ms *= 1000;
    if (*at == '.') {
        const char *fraction = ++at;
        bool more = false;
        for (unsigned weight = 100; *at >= '0' && *at <= '9'; at++, weight /= 10) {
            ms += (uint64_t)(*at - '0') * weight;
            more |= weight == 0 && *at != '0';
        }
        if (at == fraction)
            return -CODEEXEC_EINVAL;
        ms += more;
    }
    if (*at || ms < setting->min || ms > setting->max)
        return -CODEEXEC_EINVAL;
    store_integer(setting, loading, ms);
    return 0;
}

/** @return 1 or 0; -1 for neither */
static int read_flag(const char *text)
{
    static const char *const yes[] = { "true", "1", "yes" };
    static const char *const no[] = { "false", "0", "no" };
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        if (strcasecmp(text, yes[i]) == 0)
            return 1;
        if (strcasecmp(text, no[i]) == 0)
            return 0;
    }
    return -1;
}

static int parse_flag(const struct setting *setting, const char *text, struct loading *loading,
                      const char **why)
{
    int flag = read_flag(text);
    if (flag < 0)
        return -CODEEXEC_EINVAL;
    memcpy(field_of(setting, loading), &flag, sizeof(flag));
    return 0;
}

static int parse_bypass(const struct setting *setting, const char *text, struct loading *loading,
                        const char **why)
{
    int bypass = read_flag(text);
    if (bypass < 0)
        return -CODEEXEC_EINVAL;
    loading->config.preload = !bypass;
    return 0;
}

/** Length of the UTF-8 sequence at text, within size; 0 if it is malformed (overlong forms,
 *  surrogates and what lies beyond U+10FFFF included). */
static size_t utf8_length(const unsigned char *text, size_t size)
{
    unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((lead == 0xe0 && text[1] < 0xa0) || (lead == 0xed && text[1] > 0x9f) ||
        (lead == 0xf0 && text[1] < 0x90) || (lead == 0xf4 && text[1] > 0x8f))
        return 0;
    return length;
}

/** Whether name is what an import statement could name at the top level. Letters beyond ASCII are
 *  only checked to be UTF-8: a name that is none in Python is never imported either. */
static bool is_module_name(const char *name, size_t size)
{
    const unsigned char *at = (const unsigned char *)name;
    const unsigned char *end = at + size;
    if (size == 0 || (*at >= '0' && *at <= '9'))
        return false;
    while (at < end) {
        bool plain = *at == '_' || (*at >= '0' && *at <= '9') || (*at >= 'A' && *at <= 'Z') ||
                     (*at >= 'a' && *at <= 'z');
        size_t length = plain ? 1 : *at >= 0x80 ? utf8_length(at, (size_t)(end - at)) : 0;
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/** Whether the comma-separated list holds exactly this name. */
static bool list_contains(const char *list, size_t list_size, const char *name, size_t size)
{
    const char *end = list + list_size;
    while (list < end) {
        const char *comma = memchr(list, ',', (size_t)(end - list));
        size_t length = (size_t)((comma ? comma : end) - list);
        if (length == size && memcmp(list, name, size) == 0)
            return true;
        list += length + 1;
    }
    return false;
}

/** The list without spaces and repetitions. The word "none" becomes an empty list. */
static int parse_modules(const struct setting *setting, const char *text, struct loading *loading,
                         const char **why)
{
    if (strlen(text) >= setting->max) {
        *why = "expected less than 16 KiB";
        return -CODEEXEC_EINVAL;
    }
    if (strcmp(text, "none") == 0)
        return store_string(setting, loading, "", 0);

    char list[MAX_MODULES_SIZE];
    size_t used = 0;
    for (const char *at = text;; at++) {
        at += strspn(at, " \t");
        const char *end = at + strcspn(at, ",");
        size_t length = (size_t)(end - at);
        while (length > 0 && (at[length - 1] == ' ' || at[length - 1] == '\t'))
            length--;
        if (!is_module_name(at, length))
            return -CODEEXEC_EINVAL;
        if (!list_contains(list, used, at, length)) {
            if (used > 0)
                list[used++] = ',';
            memcpy(list + used, at, length);
            used += length;
        }
        if (!*end)
            break;
        at = end;
    }
    if (list_contains(list, used, "none", 4)) {
        *why = "none cannot stand beside other names";
        return -CODEEXEC_EINVAL;
    }
    return store_string(setting, loading, list, used);
}

/** Whether host[0..size) looks like an address: IPv6 in brackets, an IPv4 address, or a name. What
 *  a name means is for the server to find out. */
static bool is_host(const char *host, size_t size)
{
    char copy[256];
    if (size == 0 || size >= sizeof(copy))
        return false;
    memcpy(copy, host, size);
    copy[size] = '\0';
    if (copy[0] == '[') {
        struct in6_addr six;
        if (size < 2 || copy[size - 1] != ']')
            return false;
        copy[size - 1] = '\0';
        return inet_pton(AF_INET6, copy + 1, &six) == 1;
    }
    if (strspn(copy, "0123456789.") == size) {
        struct in_addr four;
        return inet_pton(AF_INET, copy, &four) == 1;
    }
    return strspn(copy, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == size;
}

static int parse_listen(const struct setting *setting, const char *text, struct loading *loading,
                        const char **why)
{
    size_t length = strlen(text);
    if (strncmp(text, "unix:", 5) == 0) {
        struct sockaddr_un address;
        if (length == 5 || length - 5 >= sizeof(address.sun_path))
            return -CODEEXEC_EINVAL;
        return store_string(setting, loading, text, length);
    }
    const char *colon = strrchr(text, ':');
    uint64_t port;
    if (!colon || !is_host(text, (size_t)(colon - text)))
        return -CODEEXEC_EINVAL;
    const char *end = read_digits(colon + 1, 65535, &port);
    if (!end || *end)
        return -CODEEXEC_EINVAL;
    return store_string(setting, loading, text, length);
}

static int parse_path(const struct setting *setting, const char *text, struct loading *loading,
                      const char **why)
{
    size_t length = strlen(text);
    if (length >= MAX_PATH_SIZE) {
        *why = "expected a path shorter than 4096 bytes";
        return -CODEEXEC_EINVAL;
    }
    return store_string(setting, loading, text, length);
}

static int parse_absolute_path(const struct setting *setting, const char *text,
                               struct loading *loading, const char **why)
{
    return text[0] == '/' ? parse_path(setting, text, loading, why) : -CODEEXEC_EINVAL;
}

/** A word of a table. @return its number, or count if it is not there */
static size_t find_word(const char *const *words, size_t count, const char *text, size_t length)
{
    size_t i = 0;
    while (i < count && (strlen(words[i]) != length || strncmp(words[i], text, length) != 0))
        i++;
    return i;
}

static int parse_isolation(const struct setting *setting, const char *text, struct loading *loading,
                           const char **why)
{
    /* In the order of enum codeexec_isolation's bits. */
    static const char *const layers[] = { "require-namespaces", "require-landlock",
                                          "require-cgroups" };
    const size_t count = sizeof(layers) / sizeof(layers[0]);
    unsigned required = CODEEXEC_ISOLATION_AUTO;

    if (strcmp(text, "auto") == 0) {
        loading->config.isolation = required;
        return 0;
    }
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        size_t layer = find_word(layers, count, at, length);
        if (layer == count)
            return -CODEEXEC_EINVAL;
        required |= 1u << layer;
        at += length;
        if (!*at)
            break;
    }
    loading->config.isolation = required;
    return 0;
}

static int parse_profile(const struct setting *setting, const char *text, struct loading *loading,
                         const char **why)
{
    /* In the order of enum codeexec_profile. */
    static const char *const profiles[] = { "auto", "namespaces", "locked-down" };
    const size_t count = sizeof(profiles) / sizeof(profiles[0]);
    size_t profile = find_word(profiles, count, text, strlen(text));

    if (profile == count)
        return -CODEEXEC_EINVAL;
    loading->config.profile = (codeexec_profile)profile;
    return 0;
}

static int parse_cgroup(const struct setting *setting, const char *text, struct loading *loading,
                        const char **why)
{
    if (strcmp(text, "auto") == 0 || strcmp(text, "off") == 0)
        return parse_path(setting, text, loading, why);
    return parse_absolute_path(setting, text, loading, why);
}

static int parse_policy(const struct setting *setting, const char *text, struct loading *loading,
                        const char **why)
{
    static const char *const names[] = { "default", "strict", "off" };
    size_t length = strlen(text);
    for (int i = 0; i < 3; i++) {
        if (strcmp(text, names[i]) == 0) {
            loading->config.policy = (codeexec_policy)i;
            return 0;
        }
    }
    if (!strchr(text, '/') && (length < 5 || strcmp(text + length - 5, ".json") != 0))
        return -CODEEXEC_EINVAL;
    /* Read again when an executor is created; here so that mistakes are found with the others. */
    int status = ce_policy_file_load(text, NULL, NULL, loading->why, sizeof(loading->why));
    if (status < 0) {
        *why = loading->why;
        return status;
    }
    loading->config.policy = CODEEXEC_POLICY_FILE;
    return store_string(setting, loading, text, length);
}

void codeexec_config_init(codeexec_config *config)
{
    *config = (codeexec_config){
        .struct_size = sizeof(*config),
        .wall_ms = CODEEXEC_DEFAULT_WALL_MS,
        .memory_bytes = CODEEXEC_DEFAULT_MEMORY_BYTES,
        .output_bytes = CODEEXEC_DEFAULT_OUTPUT_BYTES,
        .allowed_modules = CODEEXEC_DEFAULT_MODULES,
        .learn = 1,
        .tier_bytes = CODEEXEC_DEFAULT_TIER_BYTES,
        .listen = CODEEXEC_DEFAULT_LISTEN,
        .isolation = CODEEXEC_ISOLATION_AUTO,
        .profile = CODEEXEC_PROFILE_AUTO,
        .work_dir = CODEEXEC_DEFAULT_WORK_DIR,
        .policy = CODEEXEC_POLICY_DEFAULT,
        .queue_length = CODEEXEC_DEFAULT_QUEUE,
        .body_bytes = CODEEXEC_DEFAULT_BODY_BYTES,
        .processes = CODEEXEC_DEFAULT_PROCESSES,
        .open_files = CODEEXEC_DEFAULT_OPEN_FILES,
        .tmp_bytes = CODEEXEC_DEFAULT_TMP_BYTES,
        .zygote_runs = CODEEXEC_DEFAULT_ZYGOTE_RUNS,
    };
}

static void free_strings(owned_string *string)
{
    while (string) {
        owned_string *next = string->next;
        free(string);
        string = next;
    }
}

/** Load one variable if it is set. */
static int load_one(size_t index, struct loading *loading, codeexec_error *error)
{
    const codeexec_variable *variable = &variables[index];
    const char *text = getenv(variable->name);
    if (!text || !*text)
        return 0;

    const char *why = NULL;
    int result = settings[index].parse(&settings[index], text, loading, &why);
    if (result == -CODEEXEC_ENOMEM)
        return ce_error_set(error, CODEEXEC_ENOMEM, 0, "config", "%s: out of memory",
                            variable->name);
    if (result < 0) {
        bool cut = strlen(text) > SHOWN_VALUE_LENGTH;
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "config", "%s='%.*s%s': %s%s",
                            variable->name, SHOWN_VALUE_LENGTH, text, cut ? "..." : "",
                            why ? "" : "expected ", why ? why : variable->accepted);
    }
    return 0;
}

int codeexec_config_load_env(codeexec_config *config, codeexec_error *error)
{
    if (!config || config->struct_size != sizeof(*config))
        return ce_error_set(error, CODEEXEC_EINVAL, 0, "config",
                            "the configuration was not initialized");

    struct loading loading = { .config = *config, .strings = NULL };
    for (size_t i = 0; i < SETTING_COUNT; i++) {
        int result = load_one(i, &loading, error);
        if (result < 0) {
            free_strings(loading.strings);
            return result;
        }
    }
    /* Fields that were not set may still point into what an earlier load stored: keep that. */
    owned_string **tail = &loading.strings;
    while (*tail)
        tail = &(*tail)->next;
    *tail = config->owned;
    loading.config.owned = loading.strings;
    *config = loading.config;
    return 0;
}

void codeexec_config_clear(codeexec_config *config)
{
    if (!config)
        return;
    free_strings(config->owned);
    memset(config, 0, sizeof(*config));
}

const codeexec_variable *codeexec_config_variables(size_t *count)
{
    *count = SETTING_COUNT;
    return variables;
}
