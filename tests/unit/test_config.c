/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <codeexec/config.h>

/** Every test starts with none of our variables set. */
static int clear_environment(void **state)
{
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    for (size_t i = 0; i < count; i++)
        unsetenv(variables[i].name);
    return 0;
}

/** Load one variable into a fresh config, which the caller clears. */
static codeexec_config load(const char *name, const char *value)
{
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_config_init(&config);
    setenv(name, value, 1);
    int result = codeexec_config_load_env(&config, &error);
    unsetenv(name);
    if (result != 0)
        fail_msg("%s='%s' was refused: %s", name, value, error.message);
    return config;
}

/** A value must be refused with exactly "NAME='VALUE': expected ACCEPTED" and change nothing. */
static void assert_refused(const char *name, const char *value, const char *expected)
{
    codeexec_config config;
    codeexec_config before;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    char message[CODEEXEC_ERROR_MESSAGE_SIZE];
    codeexec_config_init(&config);
    before = config;
    setenv(name, value, 1);
    int result = codeexec_config_load_env(&config, &error);
    unsetenv(name);
    if (result != -CODEEXEC_EINVAL)
        fail_msg("%s='%s' was not refused", name, value);
    snprintf(message, sizeof(message), "%s='%s': %s", name, value, expected);
    assert_string_equal(error.message, message);
    assert_int_equal(error.code, CODEEXEC_EINVAL);
    assert_memory_equal(&config, &before, sizeof(config));
}

static void config_init_gives_the_documented_defaults(void **state)
{
    codeexec_config config;
    codeexec_config_init(&config);
    assert_int_equal(config.struct_size, sizeof(config));
    assert_int_equal(config.wall_ms, 300000);
    assert_int_equal(config.memory_bytes, UINT64_C(4096) << 20);
    assert_int_equal(config.output_bytes, 10485760);
    assert_string_equal(config.allowed_modules, "numpy,pandas,matplotlib,scipy,sklearn");
    assert_int_equal(config.preload, 0);
    assert_string_equal(config.listen, "127.0.0.1:8000");
    assert_null(config.python);
    assert_null(config.libexec_dir);
    assert_int_equal(config.concurrency, 0);
    assert_int_equal(config.queue_length, 1024);
    assert_int_equal(config.body_bytes, 16777216);
}

static void config_load_without_variables_changes_nothing(void **state)
{
    codeexec_config config;
    codeexec_config before;
    codeexec_config_init(&config);
    before = config;
    setenv("MAX_MEMORY_MB", "", 1);
    setenv("ALLOWED_MODULES", "", 1);
    assert_int_equal(codeexec_config_load_env(&config, NULL), 0);
    assert_memory_equal(&config, &before, sizeof(config));
}

static void config_load_refuses_an_uninitialized_struct(void **state)
{
    codeexec_config config = { 0 };
    assert_int_equal(codeexec_config_load_env(&config, NULL), -CODEEXEC_EINVAL);
    assert_int_equal(codeexec_config_load_env(NULL, NULL), -CODEEXEC_EINVAL);
}

static void config_every_default_text_that_is_a_value_is_accepted(void **state)
{
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    codeexec_config defaults;
    codeexec_config_init(&defaults);
    for (size_t i = 0; i < count; i++) {
        if (strchr(variables[i].default_text, ' '))
            continue; /* a description */
        codeexec_config config = load(variables[i].name, variables[i].default_text);
        assert_int_equal(config.wall_ms, defaults.wall_ms);
        assert_int_equal(config.memory_bytes, defaults.memory_bytes);
        assert_int_equal(config.output_bytes, defaults.output_bytes);
        assert_string_equal(config.allowed_modules, defaults.allowed_modules);
        assert_int_equal(config.preload, defaults.preload);
        assert_string_equal(config.listen, defaults.listen);
        assert_int_equal(config.queue_length, defaults.queue_length);
        assert_int_equal(config.body_bytes, defaults.body_bytes);
        assert_int_equal(config.processes, defaults.processes);
        assert_int_equal(config.open_files, defaults.open_files);
        assert_int_equal(config.tmp_bytes, defaults.tmp_bytes);
        assert_int_equal(config.zygote_runs, defaults.zygote_runs);
        codeexec_config_clear(&config);
    }
}

static void config_timeout_takes_fractions_and_rounds_up(void **state)
{
    static const struct {
        const char *text;
        uint32_t ms;
    } good[] = {
        { "1", 1000 },         { "600", 600000 },  { "0.5", 500 },    { "0.001", 1 },
        { "0.0001", 1 },       { "2.0005", 2001 }, { "1.250", 1250 }, { "599.9999", 600000 },
        { "600.000", 600000 }, { "007", 7000 },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        codeexec_config config = load("EXECUTION_TIMEOUT", good[i].text);
        assert_int_equal(config.wall_ms, good[i].ms);
        codeexec_config_clear(&config);
    }
    static const char *const bad[] = {
        "0",  "0.0", "-1", "601", "600.0001", "abc", "1e2", "1.",   ".5",
        "1s", " 1",  "1 ", "inf", "nan",      "0x1", "1,5", "1.5.", "99999999999999999999999"
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused("EXECUTION_TIMEOUT", bad[i],
                       "expected a number of seconds above 0, at most 600");
}

static void config_memory_is_in_mebibytes(void **state)
{
    codeexec_config config = load("MAX_MEMORY_MB", "16");
    assert_int_equal(config.memory_bytes, CODEEXEC_MIN_MEMORY_BYTES);
    codeexec_config_clear(&config);
    config = load("MAX_MEMORY_MB", "8192");
    assert_int_equal(config.memory_bytes, CODEEXEC_MAX_MEMORY_BYTES);
    codeexec_config_clear(&config);

    static const char *const bad[] = {
        "15", "8193", "abc", "1.5", "-16", "+16", "4G", "0x20", " 64", "64 ", "18446744073709551632"
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused("MAX_MEMORY_MB", bad[i], "expected an integer from 16 to 8192");
}

static void config_integers_keep_their_ranges(void **state)
{
    static const struct {
        const char *name;
        const char *low; /* one below the smallest, or NULL where that is 0 */
        const char *high;
    } ranges[] = {
        { "MAX_OUTPUT_SIZE", "0", "1073741825" },  { "CODEEXEC_CONCURRENCY", "0", "1025" },
        { "CODEEXEC_QUEUE", NULL, "1000001" },     { "CODEEXEC_MAX_BODY", "1023", "67108865" },
        { "CODEEXEC_MAX_PROCESSES", "0", "4097" }, { "CODEEXEC_MAX_OPEN_FILES", "15", "65537" },
        { "CODEEXEC_MAX_TMP_MB", "0", "8193" },    { "CODEEXEC_ZYGOTE_RUNS", "0", "1000000001" },
    };
    size_t count;
    const codeexec_variable *variables = codeexec_config_variables(&count);
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        char expected[128] = "";
        for (size_t k = 0; k < count; k++) {
            if (strcmp(variables[k].name, ranges[i].name) == 0)
                snprintf(expected, sizeof(expected), "expected %s", variables[k].accepted);
        }
        if (ranges[i].low)
            assert_refused(ranges[i].name, ranges[i].low, expected);
        assert_refused(ranges[i].name, ranges[i].high, expected);
    }
    codeexec_config config = load("CODEEXEC_QUEUE", "0");
    assert_int_equal(config.queue_length, 0);
    codeexec_config_clear(&config);
    config = load("CODEEXEC_MAX_TMP_MB", "8192");
    assert_int_equal(config.tmp_bytes, UINT64_C(8192) << 20);
    codeexec_config_clear(&config);
}

static void config_bypass_setup_is_the_opposite_of_preload(void **state)
{
    static const char *const yes[] = { "true", "True", "TRUE", "1", "yes" };
    static const char *const no[] = { "false", "False", "0", "no", "NO" };
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
        codeexec_config config = load("BYPASS_SETUP", yes[i]);
        assert_int_equal(config.preload, 0);
        codeexec_config_clear(&config);
    }
    for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
        codeexec_config config = load("BYPASS_SETUP", no[i]);
        assert_int_equal(config.preload, 1);
        codeexec_config_clear(&config);
    }
    assert_refused("BYPASS_SETUP", "maybe", "expected true or false");
    assert_refused("BYPASS_SETUP", "2", "expected true or false");
}

static void config_modules_are_trimmed_and_made_unique(void **state)
{
    static const struct {
        const char *text;
        const char *kept;
    } good[] = {
        { "numpy", "numpy" },
        { " numpy , pandas\t", "numpy,pandas" },
        { "a,b,a,ab,b,a", "a,b,ab" },
        { "_x1,X", "_x1,X" },
        { "\xc3\xa4pfel,numpy", "\xc3\xa4pfel,numpy" },
        { "none", "" },
        { "nonesuch", "nonesuch" },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        codeexec_config config = load("ALLOWED_MODULES", good[i].text);
        assert_string_equal(config.allowed_modules, good[i].kept);
        codeexec_config_clear(&config);
    }
    static const char *const bad[] = { "os.path",  "a,,b",
                                       ",",        "a,",
                                       "1a",       "a b",
                                       "a-b",      "a/b",
                                       "../x",     "a;b",
                                       "\xc3",     "a,\xed\xa0\x80",
                                       "\xc0\xaf", "\xf5\x80\x80\x80",
                                       " " };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused("ALLOWED_MODULES", bad[i],
                       "expected module names separated by commas, without dots, or none");
    assert_refused("ALLOWED_MODULES", "numpy,none", "none cannot stand beside other names");
}

static void config_modules_have_a_maximum(void **state)
{
    static char list[16384 + 1];
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    memset(list, 'a', sizeof(list) - 1);
    setenv("ALLOWED_MODULES", list, 1);
    codeexec_config_init(&config);
    assert_int_equal(codeexec_config_load_env(&config, &error), -CODEEXEC_EINVAL);
    assert_non_null(strstr(error.message, "16 KiB"));

    list[sizeof(list) - 2] = '\0';
    setenv("ALLOWED_MODULES", list, 1);
    assert_int_equal(codeexec_config_load_env(&config, &error), 0);
    assert_string_equal(config.allowed_modules, list);
    codeexec_config_clear(&config);
}

static void config_listen_is_checked_for_form(void **state)
{
    static const char *const good[] = {
        "127.0.0.1:8000", "0.0.0.0:0",   "[::1]:8000", "[::]:65535",
        "localhost:80",   "unix:/run/x", "unix:rel",   "unix:/a:b"
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        codeexec_config config = load("CODEEXEC_LISTEN", good[i]);
        assert_string_equal(config.listen, good[i]);
        codeexec_config_clear(&config);
    }
    char long_path[5 + 108 + 1] = "unix:";
    memset(long_path + 5, 'p', 108);
    static const char *const bad[] = {
        "8000",      ":8000",    "127.0.0.1",    "127.0.0.1:", "1.2.3:80",   "1.2.3.4:65536",
        "1.2.3.4:x", "::1:8000", "[::1]",        "[::1:80",    "[:::1]:80",  "a b:80",
        "unix:",     "host:80/", "1.2.3.256:80", "[]:80",      "1.2.3.4:80 "
    };
    const char *expected = "expected ADDRESS:PORT, [IPV6]:PORT or unix:PATH (PATH below 108 bytes)";
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused("CODEEXEC_LISTEN", bad[i], expected);
    assert_refused("CODEEXEC_LISTEN", long_path, expected);
    long_path[sizeof(long_path) - 2] = '\0';
    codeexec_config config = load("CODEEXEC_LISTEN", long_path);
    codeexec_config_clear(&config);
}

static void config_words_are_taken_exactly(void **state)
{
    codeexec_config config = load("CODEEXEC_ISOLATION", "require-namespaces");
    assert_int_equal(config.isolation, CODEEXEC_ISOLATION_NAMESPACES);
    codeexec_config_clear(&config);
    config = load("CODEEXEC_ISOLATION", "require-cgroups,require-landlock");
    assert_int_equal(config.isolation, CODEEXEC_ISOLATION_LANDLOCK | CODEEXEC_ISOLATION_CGROUPS);
    codeexec_config_clear(&config);
    config = load("CODEEXEC_PROFILE", "locked-down");
    assert_int_equal(config.profile, CODEEXEC_PROFILE_LOCKED_DOWN);
    codeexec_config_clear(&config);
    config = load("CODEEXEC_CGROUP", "off");
    assert_string_equal(config.cgroup, "off");
    codeexec_config_clear(&config);
    config = load("CODEEXEC_WORK_DIR", "/var/tmp");
    assert_string_equal(config.work_dir, "/var/tmp");
    codeexec_config_clear(&config);
    config = load("CODEEXEC_POLICY", "strict");
    assert_int_equal(config.policy, CODEEXEC_POLICY_STRICT);
    codeexec_config_clear(&config);
    config = load("CODEEXEC_POLICY", "off");
    assert_int_equal(config.policy, CODEEXEC_POLICY_OFF);
    codeexec_config_clear(&config);
    static const char layers[] =
        "expected auto, or a list of require-namespaces, require-landlock and require-cgroups";
    assert_refused("CODEEXEC_ISOLATION", "none", layers);
    assert_refused("CODEEXEC_ISOLATION", "AUTO", layers);
    assert_refused("CODEEXEC_ISOLATION", "require-namespaces,", layers);
    assert_refused("CODEEXEC_ISOLATION", "require-namespaces,auto", layers);
    assert_refused("CODEEXEC_PROFILE", "docker", "expected auto, namespaces or locked-down");
    assert_refused("CODEEXEC_CGROUP", "on",
                   "expected auto, off, or the absolute path of a cgroup directory");
    assert_refused("CODEEXEC_WORK_DIR", "tmp", "expected an absolute path");
    assert_refused("CODEEXEC_POLICY", "loose",
                   "expected default, strict, off, or a policy file (./NAME or NAME.json)");
}

static void config_cpus_are_counted_in_thousandths(void **state)
{
    codeexec_config config = load("CODEEXEC_MAX_CPUS", "1.5");
    assert_int_equal(config.cpu_millis, 1500);
    codeexec_config_clear(&config);
    assert_refused("CODEEXEC_MAX_CPUS", "0", "expected a number from 0.01 to 1024");
    assert_refused("CODEEXEC_MAX_CPUS", "1025", "expected a number from 0.01 to 1024");
}

static void config_policy_files_are_read(void **state)
{
    char path[] = "/tmp/codeexec-test-config-XXXXXX";
    static const char bad[] = "{\"enable\": [\"magic\"]}";
    static const char good[] = "{\"disable\": [\"network\"]}";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, good, sizeof(good) - 1), sizeof(good) - 1);
    codeexec_config config = load("CODEEXEC_POLICY", path);
    assert_int_equal(config.policy, CODEEXEC_POLICY_FILE);
    assert_string_equal(config.policy_file, path);
    codeexec_config_clear(&config);

    assert_int_equal(ftruncate(fd, 0), 0);
    assert_int_equal(pwrite(fd, bad, sizeof(bad) - 1, 0), sizeof(bad) - 1);
    assert_refused("CODEEXEC_POLICY", path,
                   "enable: unknown rule \"magic\": expected some of process-creation, terminal, "
                   "native-code, network, interpreter-tampering, filesystem-destruction, "
                   "introspection, code-from-data, dynamic-import, too-complex");
    close(fd);
    unlink(path);
    assert_refused("CODEEXEC_POLICY", path,
                   "the policy file cannot be read: No such file or directory");
    assert_refused("CODEEXEC_POLICY", "nowhere.json",
                   "the policy file cannot be read: No such file or directory");
    assert_refused("CODEEXEC_POLICY", "/tmp", "the policy file cannot be read: Is a directory");
}

static void config_a_failed_load_changes_nothing_although_others_were_good(void **state)
{
    codeexec_config config;
    codeexec_config before;
    codeexec_config_init(&config);
    before = config;
    setenv("ALLOWED_MODULES", "numpy", 1);
    setenv("EXECUTION_TIMEOUT", "5", 1);
    setenv("CODEEXEC_ZYGOTE_RUNS", "x", 1);
    assert_int_equal(codeexec_config_load_env(&config, NULL), -CODEEXEC_EINVAL);
    assert_memory_equal(&config, &before, sizeof(config));
}

static void config_a_second_load_keeps_what_is_no_longer_set(void **state)
{
    codeexec_config config = load("CODEEXEC_PYTHON", "/opt/python3");
    setenv("ALLOWED_MODULES", "numpy", 1);
    assert_int_equal(codeexec_config_load_env(&config, NULL), 0);
    assert_string_equal(config.python, "/opt/python3");
    assert_string_equal(config.allowed_modules, "numpy");
    codeexec_config_clear(&config);
    assert_null(config.python);
    codeexec_config_clear(&config);
    codeexec_config_clear(NULL);
}

static void config_a_long_value_is_cut_in_the_message(void **state)
{
    static char value[4096];
    codeexec_config config;
    codeexec_error error = CODEEXEC_ERROR_INIT;
    memset(value, '7', sizeof(value) - 1);
    setenv("CODEEXEC_QUEUE", value, 1);
    codeexec_config_init(&config);
    assert_int_equal(codeexec_config_load_env(&config, &error), -CODEEXEC_EINVAL);
    assert_non_null(strstr(error.message, "7...': expected an integer from 0 to 1000000"));
}

#define CLEAN(test) cmocka_unit_test_setup(test, clear_environment)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLEAN(config_init_gives_the_documented_defaults),
        CLEAN(config_load_without_variables_changes_nothing),
        CLEAN(config_load_refuses_an_uninitialized_struct),
        CLEAN(config_every_default_text_that_is_a_value_is_accepted),
        CLEAN(config_timeout_takes_fractions_and_rounds_up),
        CLEAN(config_memory_is_in_mebibytes),
        CLEAN(config_integers_keep_their_ranges),
        CLEAN(config_bypass_setup_is_the_opposite_of_preload),
        CLEAN(config_modules_are_trimmed_and_made_unique),
        CLEAN(config_modules_have_a_maximum),
        CLEAN(config_listen_is_checked_for_form),
        CLEAN(config_words_are_taken_exactly),
        CLEAN(config_cpus_are_counted_in_thousandths),
        CLEAN(config_policy_files_are_read),
        CLEAN(config_a_failed_load_changes_nothing_although_others_were_good),
        CLEAN(config_a_second_load_keeps_what_is_no_longer_set),
        CLEAN(config_a_long_value_is_cut_in_the_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
