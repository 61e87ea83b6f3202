/* SPDX-License-Identifier: MIT */
/** The policy, through the built programs: every evasion and every honest look-alike of
 * tests/policy, every example of the documentation, odd inputs, policy files, formats, and the C
 * call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"
#include "service.h"

/* ---- cases: "#: TAG...: title", then the program ---- */

#define CASES_MAX 600

typedef struct policy_case {
    char tag[24];
    char rule[40];
    char title[120];
    text code;
} policy_case;

typedef struct case_list {
    policy_case items[CASES_MAX];
    size_t count;
} case_list;

static void begin_case(case_list *list, const char *head)
{
    assert_true(list->count < CASES_MAX);
    policy_case *item = &list->items[list->count++];
    const char *colon = strstr(head, ": ");
    assert_non_null(colon);
    memset(item, 0, sizeof(*item));
    snprintf(item->title, sizeof(item->title), "%s", colon + 2);
    char tags[80];
    snprintf(tags, sizeof(tags), "%.*s", (int)(colon - head), head);
    int found = sscanf(tags, "%23s %39s", item->tag, item->rule);
    assert_true(found >= 1);
    text_append(&item->code, "", 0);
}

static case_list *read_cases(const char *name)
{
    case_list *list = calloc(1, sizeof(*list));
    TEXT_SCOPED all = { 0 };
    char path[4096];
    snprintf(path, sizeof(path), "%s/tests/policy/%s", TEST_SOURCE_DIR, name);
    assert_non_null(list);
    assert_true(text_read_file(&all, path));
    for (char *line = all.data, *end; line && *line; line = end ? end + 1 : NULL) {
        end = strchr(line, '\n');
        size_t length = end ? (size_t)(end - line) : strlen(line);
        if (strncmp(line, "#: ", 3) == 0) {
            char head[240];
            snprintf(head, sizeof(head), "%.*s", (int)(length - 3), line + 3);
            begin_case(list, head);
        } else if (list->count > 0) {
            text_append(&list->items[list->count - 1].code, line, length);
            text_append(&list->items[list->count - 1].code, "\n", 1);
        }
    }
    return list;
}

static void free_cases(case_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        text_free(&list->items[i].code);
    free(list);
}

/* ---- checking all of them with one command ---- */

static const char *make_directory(const char *name)
{
    static char path[512];
    snprintf(path, sizeof(path), "%s/%s", scratch_directory(), name);
    mkdir(path, 0755);
    return path;
}

/** Write the cases as NNN.py and check the directory. @return the JSON document */
static json_object *check_cases(const case_list *list, const char *name, const char *policy)
{
    char path[640];
    const char *directory = make_directory(name);
    for (size_t i = 0; i < list->count; i++) {
        snprintf(path, sizeof(path), "%s/%03zu.py", directory, i);
        write_file(path, list->items[i].code.data, list->items[i].code.size);
    }
    const char *arguments[] = { codeexec_path, "check",   "--json", "--policy",
                                policy,        directory, NULL };
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .timeout_ms = 240000 });
    if (result.exit_code != 0 && result.exit_code != 1)
        fail_msg("exit code %d: %s", result.exit_code, text_string(&result.errors));
    json_object *document = json_parse(&result.output);
    assert_json_integer(document, "files", (long long)list->count);
    return document;
}

/** How many findings a case has, and whether one is of that rule. */
static size_t findings_of(json_object *document, size_t index, const char *rule, bool *has_rule)
{
    json_object *all = json_member(document, "violations", json_type_array);
    char name[16];
    size_t count = 0;
    snprintf(name, sizeof(name), "/%03zu.py", index);
    *has_rule = false;
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        json_object *violation = json_object_array_get_idx(all, i);
        const char *file = json_text(violation, "file");
        if (strlen(file) < strlen(name) || strcmp(file + strlen(file) - strlen(name), name) != 0)
            continue;
        count++;
        *has_rule |= strcmp(json_text(violation, "rule"), rule) == 0;
    }
    return count;
}

/** Syntax newer than the interpreter under test. */
static bool is_too_new(json_object *document, size_t index)
{
    bool is_syntax_error;
    findings_of(document, index, "syntax-error", &is_syntax_error);
    return is_syntax_error;
}

static void evasions(void **state)
{
    case_list *list = read_cases("evasions.cases");
    size_t counts[3] = { 0 };
    size_t wrong = 0;

    (void)state;
    assert_true(list->count >= 120);
    JSON_SCOPED *by_default = check_cases(list, "evasions", "default");
    JSON_SCOPED *by_strict = check_cases(list, "evasions", "strict");
    for (size_t i = 0; i < list->count; i++) {
        const policy_case *item = &list->items[i];
        bool in_default;
        bool in_strict;
        size_t defaults = findings_of(by_default, i, item->rule, &in_default);
        size_t stricts = findings_of(by_strict, i, item->rule, &in_strict);
        bool good;
        if (is_too_new(by_default, i)) {
            print_message("%s: newer than this interpreter\n", item->title);
            continue;
        }
        if (strcmp(item->tag, "default") == 0) {
            good = in_default && in_strict;
            counts[0]++;
        } else if (strcmp(item->tag, "strict") == 0) {
            good = defaults == 0 && in_strict;
            counts[1]++;
        } else {
            assert_string_equal(item->tag, "out-of-reach");
            good = defaults == 0 && stricts == 0;
            counts[2]++;
        }
        if (!good) {
            print_error("%s %s: %s: default %zu, strict %zu findings\n", item->tag, item->rule,
                        item->title, defaults, stricts);
            wrong++;
        }
    }
    print_message("%zu evasions: %zu found by default, %zu by strict, %zu out of reach\n",
                  list->count, counts[0], counts[1], counts[2]);
    free_cases(list);
    assert_int_equal(wrong, 0);
}

static void honest_look_alikes(void **state)
{
    case_list *list = read_cases("honest.cases");
    size_t wrong = 0;
    size_t strict_only = 0;

    (void)state;
    assert_true(list->count >= 120);
    JSON_SCOPED *by_default = check_cases(list, "honest", "default");
    JSON_SCOPED *by_strict = check_cases(list, "honest", "strict");
    for (size_t i = 0; i < list->count; i++) {
        const policy_case *item = &list->items[i];
        bool unused;
        if (is_too_new(by_default, i))
            continue;
        size_t defaults = findings_of(by_default, i, "", &unused);
        size_t stricts = findings_of(by_strict, i, "", &unused);
        bool passes_strict = strcmp(item->tag, "pass") == 0;
        strict_only += !passes_strict;
        if (defaults > 0 || (stricts == 0) != passes_strict) {
            print_error("%s: %s: default %zu, strict %zu findings\n", item->tag, item->title,
                        defaults, stricts);
            wrong++;
        }
    }
    print_message("%zu honest programs, %zu of them found by strict only\n", list->count,
                  strict_only);
    free_cases(list);
    assert_int_equal(wrong, 0);
}

/* ---- the corpora ---- */

/** Where the corpora are; NULL if nowhere. */
static const char *corpora_directory(void)
{
    static char beside[4096];
    const char *named = getenv("CODEEXEC_TEST_CORPORA");
    if (named != NULL && *named != '\0')
        return named;
    snprintf(beside, sizeof(beside), "%s/../shared/corpora", TEST_SOURCE_DIR);
    return access(beside, R_OK) == 0 ? beside : NULL;
}

/** Add the programs of a file of one JSON object a line. */
static void add_corpus(case_list *list, const char *name)
{
    TEXT_SCOPED content = { 0 };
    char path[5000];
    char *rest;

    snprintf(path, sizeof(path), "%s/%s", corpora_directory(), name);
    if (!text_read_file(&content, path))
        skip_test("%s cannot be read", path);
    for (char *line = strtok_r(content.data, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        json_object *entry = json_tokener_parse(line);
        assert_non_null(entry);
        assert_true(list->count < CASES_MAX);
        policy_case *item = &list->items[list->count++];
        snprintf(item->title, sizeof(item->title), "%s", json_text(entry, "id"));
        const char *code = json_text(entry, "code");
        text_append(&item->code, code, strlen(code));
        json_object_put(entry);
    }
}

static void check_corpus(const char *name)
{
    if (corpora_directory() == NULL)
        skip_test("no corpora here: set CODEEXEC_TEST_CORPORA to their directory");
    case_list *list = calloc(1, sizeof(*list));
    size_t strictly = 0;
    assert_non_null(list);
    add_corpus(list, name);
    JSON_SCOPED *by_default = check_cases(list, name, "default");
    assert_json_integer(by_default, "total", 0);
    JSON_SCOPED *by_strict = check_cases(list, name, "strict");
    json_object *all = json_member(by_strict, "violations", json_type_array);
    for (size_t i = 0; i < list->count; i++) {
        bool unused;
        strictly += findings_of(by_strict, i, "", &unused) > 0;
    }
    print_message("%s: %zu programs, none found by default, %zu by strict\n", name, list->count,
                  strictly);
    for (size_t i = 0; i < json_object_array_length(all); i++) {
        json_object *violation = json_object_array_get_idx(all, i);
        const char *file = json_text(violation, "file");
        print_message("  %s: %s: %s\n",
                      list->items[strtoul(strrchr(file, '/') + 1, NULL, 10)].title,
                      json_text(violation, "rule"), json_text(violation, "snippet"));
    }
    free_cases(list);
}

static void corpora_are_let_by(void **state)
{
    (void)state;
    check_corpus("humaneval.jsonl");
    check_corpus("ds1000_a.jsonl");
}

/* ---- the documentation ---- */

/** Take the fenced block behind a title. */
static void take_block(const char *section, const char *title, text *block)
{
    char mark[64];
    snprintf(mark, sizeof(mark), "\n%s:\n\n```python\n", title);
    const char *start = strstr(section, mark);
    assert_non_null(start);
    start += strlen(mark);
    const char *end = strstr(start, "```");
    assert_non_null(end);
    text_append(block, start, (size_t)(end - start));
}

static void check_example(const char *rule, const text *code, bool bad)
{
    const char *name = scratch_file("example.py", code->data);
    const char *policy = scratch_file(
        "custom.json",
        "{\"extends\": \"strict\", \"add\": [{\"name\": \"random.seed\", \"message\": \"no\"}]}");
    COMMAND_RESULT_SCOPED result = codeexec("check", "--policy", policy, name, NULL);
    char expected[64];
    assert_exit_code(&result, bad ? 1 : 0);
    snprintf(expected, sizeof(expected), ": %s: ", rule);
    if (bad)
        assert_contains(&result.output, expected);
    else
        assert_string_equal(text_string(&result.output), "");
    /* Default rules are found by default, others are not. */
    COMMAND_RESULT_SCOPED plain = codeexec("check", name, NULL);
    COMMAND_RESULT_SCOPED explanation = codeexec("check", "--explain", rule, NULL);
    bool on = strstr(explanation.output.data, "Default: on") != NULL;
    assert_exit_code(&plain, bad && on ? 1 : 0);
}

static void documentation_says_what_explain_says(void **state)
{
    TEXT_SCOPED manual = { 0 };
    size_t rules = 0;

    (void)state;
    assert_true(text_read_file(&manual, TEST_SOURCE_DIR "/docs/policy.md"));
    COMMAND_RESULT_SCOPED unknown = codeexec("check", "--explain", "nothing", NULL);
    assert_exit_code(&unknown, 2);
    char *list = strstr(unknown.errors.data, "there are ");
    assert_non_null(list);
    list[strcspn(list, "\n")] = '\0';
    for (char *rest, *id = strtok_r(list + strlen("there are "), ", ", &rest); id != NULL;
         id = strtok_r(NULL, ", ", &rest), rules++) {
        COMMAND_RESULT_SCOPED section = codeexec("check", "--explain", id, NULL);
        TEXT_SCOPED bad = { 0 };
        TEXT_SCOPED good = { 0 };
        assert_exit_code(&section, 0);
        if (strstr(manual.data, section.output.data) == NULL)
            fail_msg("docs/policy.md lacks this section:\n%s", section.output.data);
        take_block(section.output.data, "Bad", &bad);
        take_block(section.output.data, "Good", &good);
        /* How deep is too deep differs between versions; see odd_inputs. */
        if (strcmp(id, "too-complex") != 0)
            check_example(id, &bad, true);
        check_example(id, &good, false);
    }
    assert_int_equal(rules, 12);
}

/* ---- findings ---- */

static json_object *check_json(const char *code, const char *policy)
{
    const char *arguments[] = { codeexec_path, "check", "--json", "--policy", policy, "-", NULL };
    COMMAND_RESULT_SCOPED result = command_run(
        &(command){ .arguments = arguments, .input = code, .input_size = strlen(code) });
    assert_true(result.exit_code == 0 || result.exit_code == 1);
    return json_parse(&result.output);
}

static json_object *first_violation(json_object *document)
{
    json_object *all = json_member(document, "violations", json_type_array);
    assert_true(json_object_array_length(all) >= 1);
    return json_object_array_get_idx(all, 0);
}

static void findings_have_place_and_snippet(void **state)
{
    (void)state;
    JSON_SCOPED *plain =
        check_json("import os\nx = '\xc3\xa9\xf0\x9f\x98\x80'; os . system(1)\n", "default");
    json_object *violation = first_violation(plain);
    assert_json_text(violation, "file", "<stdin>");
    assert_json_integer(violation, "line", 2);
    assert_json_integer(violation, "column", 11);
    assert_json_integer(violation, "end_line", 2);
    assert_json_integer(violation, "end_column", 22);
    assert_json_text(violation, "snippet", "os . system");

    JSON_SCOPED *lines = check_json("import os\r\nos.kill(\r\n  -1,\r\n  9)\r\n", "default");
    violation = first_violation(lines);
    assert_json_integer(violation, "line", 2);
    assert_json_integer(violation, "end_line", 4);
    assert_json_integer(violation, "end_column", 5);
    assert_json_text(violation, "snippet", "os.kill(");
}

static void findings_are_capped(void **state)
{
    TEXT_SCOPED code = { 0 };
    (void)state;
    text_format(&code, "import os\n");
    for (int i = 0; i < 5000; i++)
        text_format(&code, "os.system('%d')\n", i);
    JSON_SCOPED *document = check_json(code.data, "default");
    size_t kept = json_object_array_length(json_member(document, "violations", json_type_array));
    assert_true(kept > 0 && kept <= 100);
    assert_json_integer(document, "total", 5000);
}

static void findings_in_the_answer_of_the_service(void **state)
{
    service own;
    HTTP_RESPONSE_SCOPED response = { 0 };
    TEXT_SCOPED body = execute_body("import os\nos.system('ls')", "");

    (void)state;
    service_start(&own, NULL);
    service_request(&own, "POST", "/execute", NULL, body.data, &response);
    service_stop(&own);
    assert_int_equal(response.status, 400);
    JSON_SCOPED *answer = json_parse(&response.body);
    json_object *violation = first_violation(answer);
    assert_json_integer(violation, "line", 2);
    assert_json_integer(violation, "column", 1);
    assert_json_text(violation, "rule", "process-creation");
    assert_true(strlen(json_text(violation, "message")) > 0);
    assert_json_integer(violation, "end_line", 2);
    assert_json_integer(violation, "end_column", 10);
    assert_json_text(violation, "snippet", "os.system");
}

/* ---- check: files, formats ---- */

static void check_goes_through_directories(void **state)
{
    const char *root = make_directory("tree");
    char path[640];
    char order[2000];

    (void)state;
    static const char *const directories[] = { "b", "b/.hidden", "b/__pycache__", "b/venv" };
    static const char *const files[] = {
        "a.py",         "b/c.py", "b/.hidden/d.py", "b/__pycache__/e.py", "b/venv/f.py",
        "b/readme.txt", "z.py"
    };
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, directories[i]);
        mkdir(path, 0755);
    }
    snprintf(path, sizeof(path), "%s/b/venv/pyvenv.cfg", root);
    write_file(path, "", 0);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", root, files[i]);
        write_file(path, "import ctypes\n", 14);
    }
    snprintf(path, sizeof(path), "%s/loop", root);
    assert_int_equal(symlink(root, path), 0);
    COMMAND_RESULT_SCOPED result = codeexec("check", root, NULL);
    assert_exit_code(&result, 1);
    assert_string_equal(result.errors.data, "3 findings in 3 of 3 files\n");
    const char *first = strstr(result.output.data, "/a.py:1:");
    const char *second = strstr(result.output.data, "/b/c.py:1:");
    const char *third = strstr(result.output.data, "/z.py:1:");
    snprintf(order, sizeof(order), "%.1900s", result.output.data);
    if (!first || !second || !third || first > second || second > third)
        fail_msg("not in order: %s", order);
}

static void check_has_three_exit_codes(void **state)
{
    const char *good = scratch_file("good.py", "print(1)\n");
    const char *bad = scratch_file("bad.py", "import ctypes\n");
    (void)state;
    COMMAND_RESULT_SCOPED clean = codeexec("check", good, NULL);
    assert_exit_code(&clean, 0);
    assert_string_equal(clean.errors.data, "no findings in 1 file\n");
    COMMAND_RESULT_SCOPED found = codeexec("check", good, bad, NULL);
    assert_exit_code(&found, 1);
    COMMAND_RESULT_SCOPED missing = codeexec("check", bad, "/nonexistent.py", NULL);
    assert_exit_code(&missing, 2);
    assert_contains(&missing.output, "native-code");
    assert_contains(&missing.errors, "/nonexistent.py: No such file");
    assert_contains(&missing.errors, "1 finding in 1 of 1 file, 1 not checked\n");
    const char *arguments[] = { codeexec_path, "check", good, NULL };
    const char *environment[] = { "CODEEXEC_POLICY=lenient", NULL };
    COMMAND_RESULT_SCOPED setting =
        command_run(&(command){ .arguments = arguments, .environment = environment });
    assert_exit_code(&setting, 2);
}

static void check_writes_sarif(void **state)
{
    const char *name = scratch_file("bad name.py", "import os\nos.system('ls')\n");
    (void)state;
    COMMAND_RESULT_SCOPED result = codeexec("check", "--format=sarif", name, NULL);
    assert_exit_code(&result, 1);
    JSON_SCOPED *document = json_parse(&result.output);
    assert_json_text(document, "version", "2.1.0");
    json_object *run = json_object_array_get_idx(json_member(document, "runs", json_type_array), 0);
    json_object *driver =
        json_member(json_member(run, "tool", json_type_object), "driver", json_type_object);
    json_object *rules = json_member(driver, "rules", json_type_array);
    json_object *found = json_object_array_get_idx(json_member(run, "results", json_type_array), 0);
    assert_json_text(found, "ruleId", "process-creation");
    json_object *rule = json_object_array_get_idx(rules, (size_t)json_integer(found, "ruleIndex"));
    assert_json_text(rule, "id", "process-creation");
    json_object *place =
        json_member(json_object_array_get_idx(json_member(found, "locations", json_type_array), 0),
                    "physicalLocation", json_type_object);
    json_object *region = json_member(place, "region", json_type_object);
    assert_json_integer(region, "startLine", 2);
    assert_json_integer(region, "startColumn", 1);
    assert_json_integer(region, "endColumn", 10);
    const char *uri = json_text(json_member(place, "artifactLocation", json_type_object), "uri");
    assert_non_null(strstr(uri, "/bad%20name.py"));
    COMMAND_RESULT_SCOPED none =
        codeexec("check", "--format=sarif", scratch_file("good.py", "print(1)\n"), NULL);
    assert_exit_code(&none, 0);
    JSON_SCOPED *empty = json_parse(&none.output);
    run = json_object_array_get_idx(json_member(empty, "runs", json_type_array), 0);
    assert_int_equal(json_object_array_length(json_member(run, "results", json_type_array)), 0);
}

/* ---- policy files ---- */

static void policy_files_are_obeyed(void **state)
{
    const char *policy = scratch_file(
        "policy.json", "{\"extends\": \"default\", \"enable\": [\"introspection\"],\n"
                       " \"disable\": [\"network\"],\n"
                       " \"add\": [{\"name\": \"os.getcwd\", \"message\": \"%s is no use here\"},\n"
                       "          {\"name\": \"input\", \"message\": \"nobody answers\"},\n"
                       "          {\"name\": \"random\", \"message\": \"be predictable\"}]}");
    const char *name = scratch_file("program.py", "import os as o, urllib.request\n"
                                                  "from random import choice\n"
                                                  "urllib.request.urlopen('http://a/')\n"
                                                  "getattr(o, 'get' + 'cwd')()\n"
                                                  "input()\n"
                                                  "().__class__.__base__.__subclasses__()\n"
                                                  "def f(input):\n"
                                                  "    return input()\n");
    (void)state;
    COMMAND_RESULT_SCOPED result = codeexec("check", "--policy", policy, name, NULL);
    assert_exit_code(&result, 1);
    assert_contains(&result.output, ": custom: be predictable\n");
    assert_contains(&result.output, ":4:1: custom: os.getcwd is no use here\n");
    assert_contains(&result.output, ":5:1: custom: nobody answers\n");
    assert_contains(&result.output, ":6:1: introspection: ");
    assert_null(strstr(result.output.data, "network"));
    assert_null(strstr(result.output.data, ":8:"));
    COMMAND_RESULT_SCOPED run = codeexec("run", "--policy", policy, name, NULL);
    assert_exit_code(&run, 126);
}

static void bad_policy_files_are_bad_settings(void **state)
{
    static const struct {
        const char *content;
        const char *expected;
    } cases[] = {
        { "{\"allow\": []}", "unknown key \"allow\": expected some of extends, enable, disable" },
        { "{\"enable\": [\"magic\"]}", "enable: unknown rule \"magic\": expected some of process" },
        { "{\"add\": [{\"name\": \"a b\", \"message\": \"x\"}]}",
          "add[0].name: \"a b\" is no name" },
        { "{\"enable\": [}", "enable: expected an array of rules" },
        { "nonsense", "line 1, column 1: expected an object" },
    };
    const char *program_path = scratch_file("program.py", "print(1)\n");
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char setting[600];
        const char *policy = scratch_file("bad.json", cases[i].content);
        snprintf(setting, sizeof(setting), "CODEEXEC_POLICY=%s", policy);
        const char *environment[] = { setting, NULL };
        const char *check[] = { codeexec_path, "check", program_path, NULL };
        const char *run[] = { codeexec_path, "run", program_path, NULL };
        const char *serve[] = { codeexec_server_path, NULL };
        const struct {
            const char *const *arguments;
            int exit_code;
        } commands[] = { { check, 2 }, { run, 125 }, { serve, 2 } };
        for (size_t j = 0; j < 3; j++) {
            COMMAND_RESULT_SCOPED result = command_run(
                &(command){ .arguments = commands[j].arguments, .environment = environment });
            assert_exit_code(&result, commands[j].exit_code);
            assert_contains(&result.errors, policy);
            assert_contains(&result.errors, cases[i].expected);
            assert_ptr_equal(strchr(result.errors.data, '\n'),
                             result.errors.data + result.errors.size - 1);
        }
        COMMAND_RESULT_SCOPED option = codeexec("run", "--policy", policy, program_path, NULL);
        assert_exit_code(&option, 2);
        assert_contains(&option.errors, "--policy=");
    }
}

/* ---- the C call ---- */

static void sanitize_from_c(void **state)
{
    static const char source[] =
        "#include <codeexec/codeexec.h>\n"
        "#include <stdio.h>\n"
        "#include <string.h>\n"
        "static int check(codeexec_executor *executor, const char *code, size_t size)\n"
        "{\n"
        "    codeexec_report *report = NULL;\n"
        "    codeexec_error error = CODEEXEC_ERROR_INIT;\n"
        "    if (codeexec_sanitize(executor, code, size, &report, &error) < 0)\n"
        "        return printf(\"error %d %s\\n\", error.code, error.message), 1;\n"
        "    printf(\"%d %zu\", report->checked, report->violation_count);\n"
        "    for (size_t i = 0; i < report->violation_count; i++)\n"
        "        printf(\" %u:%u-%u:%u %s [%s]\", report->violations[i].line,\n"
        "               report->violations[i].column, report->violations[i].end_line,\n"
        "               report->violations[i].end_column, report->violations[i].rule,\n"
        "               report->violations[i].snippet);\n"
        "    puts(\"\");\n"
        "    codeexec_report_free(report);\n"
        "    codeexec_report_free(NULL);\n"
        "    return 0;\n"
        "}\n"
        "#define CHECK(text) check(executor, text, sizeof(text) - 1)\n"
        "int main(void)\n"
        "{\n"
        "    codeexec_executor *executor;\n"
        "    codeexec_error error = CODEEXEC_ERROR_INIT;\n"
        "    if (codeexec_executor_create(&executor, NULL, &error) < 0)\n"
        "        return fprintf(stderr, \"%s\\n\", error.message), 1;\n"
        "    CHECK(\"print(1)\");\n"
        "    CHECK(\"import os\\nos.system(1)\\nos.fork()\");\n"
        "    CHECK(\"print(\");\n"
        "    check(executor, \"\", 0);\n"
        "    codeexec_executor_shutdown(executor);\n"
        "    CHECK(\"print(1)\");\n"
        "    codeexec_executor_destroy(executor);\n"
        "    return 0;\n"
        "}\n";
    char line[4000];
    char binary[600];

    (void)state;
    const char *path = scratch_file("sanitize.c", source);
    snprintf(binary, sizeof(binary), "%s/sanitize", scratch_directory());
    snprintf(line, sizeof(line),
             "%s %s -std=gnu11 -Wall -Wextra -Werror -I%s/include %s -o %s -L%s/lib -lcodeexec "
             "-Wl,-rpath,%s/lib && CODEEXEC_PYTHON=%s %s",
             TEST_C_COMPILER, TEST_C_FLAGS, TEST_SOURCE_DIR, path, binary, TEST_BINARY_DIR,
             TEST_BINARY_DIR, test_python(), binary);
    const char *arguments[] = { "/bin/sh", "-c", line, NULL };
    COMMAND_RESULT_SCOPED result =
        command_run(&(command){ .arguments = arguments, .timeout_ms = 120000 });
    assert_exit_code(&result, 0);
    char *message = strstr(result.output.data, "error 5 ");
    assert_non_null(message);
    *message = '\0';
    char *syntax = strstr(result.output.data, " syntax-error ");
    assert_non_null(syntax);
    assert_non_null(strstr(result.output.data, "1 0\n1 2 2:1-2:10 process-creation [os.system] "
                                               "3:1-3:8 process-creation [os.fork]\n1 1 1:6"));
    assert_non_null(strstr(syntax, "\n1 0\n"));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evasions),
        cmocka_unit_test(honest_look_alikes),
        cmocka_unit_test(corpora_are_let_by),
        cmocka_unit_test(documentation_says_what_explain_says),
        cmocka_unit_test(findings_have_place_and_snippet),
        cmocka_unit_test(findings_are_capped),
        cmocka_unit_test(findings_in_the_answer_of_the_service),
        cmocka_unit_test(check_goes_through_directories),
        cmocka_unit_test(check_has_three_exit_codes),
        cmocka_unit_test(check_writes_sarif),
        cmocka_unit_test(policy_files_are_obeyed),
        cmocka_unit_test(bad_policy_files_are_bad_settings),
        cmocka_unit_test(sanitize_from_c),
    };
    return RUN_GROUP("policy", tests, NULL, NULL);
}
