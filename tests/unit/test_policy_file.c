/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <codeexec/error.h>

#include "policy_file.h"

static char why[400];

static int parse(const char *text, char **settings, size_t *size)
{
    why[0] = '\0';
    /* In a block of exactly that size, so that a read past it is seen by the sanitizer. */
    size_t length = strlen(text);
    char *exact = malloc(length ? length : 1);
    assert_non_null(exact);
    for (size_t i = 0; i < length; i++)
        exact[i] = text[i];
    int status = ce_policy_file_parse(exact, length, settings, size, why, sizeof(why));
    free(exact);
    return status;
}

/** The file must mean exactly this. */
static void assert_means(const char *text, const char *rules, const char *added)
{
    char *settings = NULL;
    size_t size = 0;
    char expected[1024];
    int status = parse(text, &settings, &size);
    if (status != 0)
        fail_msg("%s was refused: %s", text, why);
    snprintf(expected, sizeof(expected), "policy_rules=%s", rules);
    assert_string_equal(settings, expected);
    size_t first = strlen(settings) + 1;
    snprintf(expected, sizeof(expected), "policy_added=%s", added);
    assert_string_equal(settings + first, expected);
    assert_int_equal(size, first + strlen(expected) + 1);
    free(settings);
}

static void assert_refused(const char *text, const char *expected)
{
    assert_int_equal(parse(text, NULL, NULL), -CODEEXEC_EINVAL);
    assert_string_equal(why, expected);
}

#define DEFAULTS                                                                                   \
    "process-creation,terminal,native-code,network,interpreter-tampering,filesystem-destruction,"

static void policy_file_starts_from_a_policy(void **state)
{
    assert_means("{}", DEFAULTS, "");
    assert_means(" \n{ }\r\n\t", DEFAULTS, "");
    assert_means("\xef\xbb\xbf{\"extends\": \"default\"}", DEFAULTS, "");
    assert_means("{\"extends\": \"off\"}", "", "");
    assert_means("{\"extends\": \"strict\"}",
                 DEFAULTS "introspection,code-from-data,dynamic-import,too-complex,", "");
}

static void policy_file_switches_rules(void **state)
{
    assert_means("{\"extends\":\"off\",\"enable\":[\"network\",\"terminal\"]}", "terminal,network,",
                 "");
    assert_means("{\"enable\": [\"introspection\"], \"disable\": [\"network\", \"terminal\", "
                 "\"native-code\"]}",
                 "process-creation,interpreter-tampering,filesystem-destruction,introspection,",
                 "");
    assert_means("{\"enable\": [], \"disable\": []}", DEFAULTS, "");
}

static void policy_file_adds_names(void **state)
{
    assert_means("{\"extends\":\"off\",\"add\":[{\"name\":\"os.getcwd\",\"message\":\"no\"},"
                 "{\"message\":\"use \\\"x\\\" \\u00e9\\ud83d\\ude00\",\"name\":\"a\"}]}",
                 "", "os.getcwd\tno\na\tuse \"x\" \xc3\xa9\xf0\x9f\x98\x80\n");
    assert_means("{\"extends\":\"off\",\"add\":[]}", "", "");
}

static void policy_file_names_the_key_that_is_wrong(void **state)
{
    assert_refused("{\"allow\": []}",
                   "unknown key \"allow\": expected some of extends, enable, disable and add");
    assert_refused("{\"extends\": \"loose\"}",
                   "extends: unknown policy \"loose\": expected default, strict or off");
    assert_refused("{\"extends\": 1}", "extends: expected \"default\", \"strict\" or \"off\"");
    assert_refused("{\"enable\": \"network\"}", "enable: expected an array of rules");
    assert_refused("{\"disable\": [1]}", "disable: expected an array of rules, each a string");
    assert_refused("{\"enable\": [\"custom\"]}",
                   "enable: unknown rule \"custom\": expected some of process-creation, terminal, "
                   "native-code, network, interpreter-tampering, filesystem-destruction, "
                   "introspection, code-from-data, dynamic-import, too-complex");
    assert_refused("{\"enable\": [], \"enable\": []}", "\"enable\" stands there twice");
    assert_refused("{\"enable\": [], \"extends\": \"off\"}",
                   "extends: expected before enable and disable");
    assert_refused("{\"add\": {}}", "add: expected an array of objects with name and message");
    assert_refused("{\"add\": [\"os\"]}", "add[0]: expected an object with name and message");
    assert_refused("{\"add\": [{\"name\": \"a\", \"message\": \"b\"}, {\"name\": \"a\"}]}",
                   "add[1]: \"message\" is missing");
    assert_refused("{\"add\": [{}]}", "add[0]: \"name\" is missing");
    assert_refused("{\"add\": [{\"name\": \"a\", \"name\": \"b\"}]}",
                   "add[0]: \"name\" stands there twice");
    assert_refused("{\"add\": [{\"rule\": \"a\"}]}",
                   "add[0]: unknown key \"rule\": expected name and message");
    assert_refused("{\"add\": [{\"name\": 1}]}", "add[0].name: expected a string");
    assert_refused("{\"add\": [{\"name\": \"a\", \"message\": \"\"}]}",
                   "add[0].message: expected a message for who wrote the program");
    static const char *const names[] = { "", ".", "a.", ".a", "a..b", "1a", "a b", "a-b", "a.1" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char text[128];
        char expected[128];
        snprintf(text, sizeof(text), "{\"add\":[{\"name\":\"%s\",\"message\":\"b\"}]}", names[i]);
        snprintf(expected, sizeof(expected),
                 "add[0].name: \"%s\" is no name: expected one like os.getcwd", names[i]);
        assert_refused(text, expected);
    }
}

static void policy_file_says_where_the_json_is_wrong(void **state)
{
    assert_refused("", "line 1, column 1: expected an object with some of extends, enable, disable "
                       "and add");
    assert_refused("[]", "line 1, column 1: expected an object with some of extends, enable, "
                         "disable and add");
    assert_refused("{\n  \"enable\" []}", "line 2, column 12: expected a colon");
    assert_refused("{} x", "line 1, column 4: expected the end of the file");
    assert_refused("{\"enable\": [\"network\" \"x\"]}", "line 1, column 23: expected a comma or ]");
    assert_refused("{\"enable\": []", "line 1, column 14: expected a comma or }");
    assert_refused("{\"enable\": [],}", "line 1, column 15: expected a key in double quotes");
    assert_refused("{'enable': []}", "line 1, column 2: expected a key in double quotes");
    assert_refused("{\"ena", "line 1, column 6: expected the end of the string");
    assert_refused("{\"\\x\": 1}", "line 1, column 5: expected one of the escapes that JSON has");
    assert_refused("{\"\\ud800\": 1}",
                   "line 1, column 9: expected one of the escapes that JSON has");
    assert_refused("{\"\\ud800\\u0041\": 1}",
                   "line 1, column 15: expected one of the escapes that JSON has");
    assert_refused("{\"a\\nb\": 1}", "line 1, column 8: expected UTF-8 text on one line");
    assert_refused("{\"a\\u0000b\": 1}", "line 1, column 12: expected UTF-8 text on one line");
    assert_refused("{\"\xff\": 1}", "line 1, column 5: expected UTF-8 text on one line");
}

static void policy_file_is_bounded(void **state)
{
    static char text[CE_POLICY_FILE_MAX];
    size_t used = (size_t)snprintf(text, sizeof(text), "{\"add\":[");
    while (used < sizeof(text) - 200)
        used += (size_t)snprintf(text + used, sizeof(text) - used,
                                 "{\"name\":\"a\",\"message\":\"%0100d\"},", 1);
    snprintf(text + used, sizeof(text) - used, "{\"name\":\"a\",\"message\":\"b\"}]}");
    assert_refused(text, "add: expected less than 24576 bytes of names and messages in all");

    memset(text, 'x', sizeof(text));
    memcpy(text, "{\"", 2);
    text[sizeof(text) - 1] = '\0';
    assert_refused(text, "line 1, column 516: expected a string of at most 512 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy_file_starts_from_a_policy),
        cmocka_unit_test(policy_file_switches_rules),
        cmocka_unit_test(policy_file_adds_names),
        cmocka_unit_test(policy_file_names_the_key_that_is_wrong),
        cmocka_unit_test(policy_file_says_where_the_json_is_wrong),
        cmocka_unit_test(policy_file_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
