/* SPDX-License-Identifier: MIT */
/** The policy on inputs that no person would write, and what a program must not notice of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "service.h"

/* ---- odd inputs: each ends in a verdict or in Python's own words, within the limits ---- */

static void repeat(text *to, const char *piece, size_t times)
{
    size_t size = strlen(piece);
    for (size_t i = 0; i < times; i++)
        text_append(to, piece, size);
}

typedef struct odd_input {
    const char *title;
    text code;
    const char *rule; /**< what must be found; NULL: nothing; "?": a verdict of any kind */
} odd_input;

#define ODD_MAX 64

static odd_input odd[ODD_MAX];
static size_t odd_count;

static text *add_odd(const char *title, const char *rule)
{
    assert_true(odd_count < ODD_MAX);
    odd[odd_count].title = title;
    odd[odd_count].rule = rule;
    text_append(&odd[odd_count].code, "", 0);
    return &odd[odd_count++].code;
}

#define ODD(title, rule, bytes) text_append(add_odd(title, rule), bytes, sizeof(bytes) - 1)

static void make_odd_inputs(void)
{
    static const char call[] = "import os\nos.system('x')\n";
    ODD("empty", NULL, "");
    ODD("blank lines", NULL, "\n\n  \n\t\n\f\n");
    ODD("CRLF", "process-creation", "import os\r\nos.system('x')\r\n");
    ODD("CR", "process-creation", "import os\ros.system('x')\r");
    ODD("byte order mark", "process-creation", "\xef\xbb\xbfimport os\nos.system('x')\n");
    ODD("form feeds", "process-creation", "import os\n\fos.system('x')\n");
    ODD("NUL", "?", "import os\nos.system('x\0y')\n");
    ODD("NUL first", "?", "\0import os\nos.system('x')\n");
    ODD("UTF-8 cookie", "process-creation", "# -*- coding: utf-8 -*-\nimport os\nos.system('x')\n");
    ODD("Latin-1 cookie", "process-creation",
        "# coding: latin-1\nimport os; x = '\xe9'; os.system('x')\n");
    ODD("UTF-7 hides the name", "process-creation",
        "# coding: utf-7\nimport os\n+AG8AcwAu-system('x')\n");
    ODD("unicode_escape hides the name", "?",
        "# coding: unicode_escape\nimport os\n\\x6f\\x73.\\x73ystem('x')\n");
    ODD("unknown cookie", "syntax-error", "# coding: klingon\nprint(1)\n");
    ODD("UTF-8 cookie behind a mark and another", "syntax-error",
        "\xef\xbb\xbf# coding: latin-1\nprint(1)\n");
    ODD("not UTF-8", "syntax-error", "print('\xff')\n");
    ODD("not UTF-8, in a comment", "syntax-error", "# \xff\nprint(1)\n");
    ODD("overlong UTF-8", "syntax-error", "print('\xc0\xaf')\n");
    ODD("surrogate in UTF-8", "syntax-error", "print('\xed\xa0\x80')\n");
    ODD("surrogate by escape", "process-creation",
        "import os\nx = '\\ud800'\ngetattr(os, 'system' + '')(x)\n");
    ODD("surrogate as a name", NULL, "import os\nprint(hasattr(os, '\\ud800sys'))\n");
    ODD("surrogate as a module", "native-code", "__import__('ctypes.\\ud800')\n");
    ODD("names in other letters", "process-creation",
        "import os\nos.\xef\xbd\x93\xef\xbd\x99stem('x')\n");
    ODD("combining characters", NULL, "e\xcc\x81 = 1\nprint(e\xcc\x81)\n");
    ODD("right-to-left marks", "syntax-error", "x = 1 \xe2\x80\xae + 1\n");
    ODD("no newline at the end", "process-creation", "import os\nos.system('x')");
    ODD("backslash at the end", "syntax-error", "x = 1 \\");
    ODD("tabs and spaces", "syntax-error", "if 1:\n\tx = 1\n        y = 2\n");
    ODD("unterminated string", "syntax-error", "print('x\n");
    ODD("unterminated triple quotes", "syntax-error", "'''\nimport os\nos.system('x')\n");
    ODD("return outside", "syntax-error", "import os\nreturn 1\n");
    ODD("return outside, with a finding", "process-creation", "import os\nos.system(1)\nreturn\n");
    ODD("format width", NULL, "x = '{:>1000000000}'\ngetattr(x, '%1000000000d')\n");
    ODD("powers", NULL, "import os\ngetattr(os, 'x' * 10 ** 10 ** 10)\n");
    ODD("shifts", NULL, "import os\ngetattr(os, chr(1 << 1 << 100000000))\n");
    ODD("joins of joins", NULL,
        "import os\na = 'x' * 4000\nb = a.join(a)\nc = b.join(b)\ngetattr(os, c.join(c))\n");
    ODD("replace of replace", NULL,
        "import os\na = 'xxxxxxxxxx'\nb = a.replace('', a)\nc = b.replace('', b)\n"
        "getattr(os, c.replace('', c).replace('', c))\n");
    ODD("assignments in a circle", NULL,
        "import os\nd = (d or d) + (d or d)\na = b\nb = c\nc = a or b\ngetattr(a, c + a)\n");
    ODD("exec of itself", NULL, "x = 'exec(x)'\nexec(x)\n");
    ODD("eval of eval", NULL, "eval(\"eval('eval(\\\\'1\\\\')')\")\n");

    text *code = add_odd("nested parentheses", "?");
    repeat(code, "(", 500);
    repeat(code, ")", 500);
    code = add_odd("nested lists", "?");
    repeat(code, "[", 100000);
    code = add_odd("many unary operators", "?");
    text_format(code, "import os\nx = ");
    repeat(code, "-", 50000);
    text_format(code, "os.system('x')\n");
    code = add_odd("long sum", "process-creation");
    text_format(code, "%sx = 1", call);
    repeat(code, " + 1", 500);
    code = add_odd("longer sum", "?");
    text_format(code, "%sx = 1", call);
    repeat(code, " + 1", 100000);
    code = add_odd("long attribute chain", "?");
    text_format(code, "import os\nos");
    repeat(code, ".path.os", 300);
    text_format(code, ".system('x')\n");
    code = add_odd("deep calls", "?");
    text_format(code, "import os\n");
    repeat(code, "getattr(", 90);
    text_format(code, "os");
    repeat(code, ", 'path')", 90);
    code = add_odd("deep functions", "?");
    for (int i = 0; i < 95; i++) {
        repeat(code, " ", (size_t)i);
        text_format(code, "def f():\n");
    }
    repeat(code, " ", 95);
    text_format(code, "import os; os.system('x')\n");
    code = add_odd("huge string", "process-creation");
    text_format(code, "%sx = '", call);
    repeat(code, "0123456789abcdef", 1 << 17);
    text_format(code, "'\n");
    code = add_odd("huge list", "process-creation");
    text_format(code, "%sx = [", call);
    repeat(code, "1,", 100000);
    text_format(code, "]\n");
    code = add_odd("huge number", "?");
    text_format(code, "%sx = 1", call);
    repeat(code, "0", 100000);
    code = add_odd("huge dict of names", "process-creation");
    text_format(code, "import os\nd = {");
    for (int i = 0; i < 20000; i++)
        text_format(code, "'k%d': os.getcwd,", i);
    text_format(code, "'x': os.system}\n");
    code = add_odd("many aliases", "process-creation");
    text_format(code, "import os\na0 = os\n");
    for (int i = 1; i < 5000; i++)
        text_format(code, "a%d = a%d\n", i, i - 1);
    text_format(code, "a20.system('x')\n");
    code = add_odd("many choices", NULL);
    text_format(code, "import os\na0 = 'x' if os else 'y'\n");
    for (int i = 1; i < 40; i++)
        text_format(code, "a%d = a%d + a%d if os else a%d\n", i, i - 1, i - 1, i - 1);
    text_format(code, "getattr(os, a39)\n");
    code = add_odd("long lines", "process-creation");
    text_format(code, "import os;");
    repeat(code, "x = 1;", 50000);
    text_format(code, "os.system('x')\n");
    code = add_odd("a million lines without a word of interest", NULL);
    repeat(code, "x = 1\n", 1000000);
    code = add_odd("two hundred thousand lines with one", "process-creation");
    repeat(code, "x = 1\n", 200000);
    text_format(code, "%s", call);
    code = add_odd("a million empty lines with one", "process-creation");
    repeat(code, "\n", 1000000);
    text_format(code, "%s", call);
}

static void assert_odd(const odd_input *input)
{
    const char *arguments[] = { codeexec_path, "check", "--json", "-", NULL };
    COMMAND_RESULT_SCOPED result = command_run(&(command){ .arguments = arguments,
                                                           .input = input->code.data,
                                                           .input_size = input->code.size,
                                                           .timeout_ms = 120000 });
    if (result.timed_out || (result.exit_code != 0 && result.exit_code != 1))
        fail_msg("%s: exit code %d: %.2000s", input->title, result.exit_code,
                 text_string(&result.errors));
    JSON_SCOPED *document = json_parse(&result.output);
    json_object *all = json_member(document, "violations", json_type_array);
    const char *rule = json_object_array_length(all) > 0
                           ? json_text(json_object_array_get_idx(all, 0), "rule")
                           : NULL;
    if (input->rule && strcmp(input->rule, "?") == 0)
        return;
    if ((rule == NULL) != (input->rule == NULL) || (rule && strcmp(rule, input->rule) != 0))
        fail_msg("%s: found %s, not %s", input->title, rule ? rule : "nothing",
                 input->rule ? input->rule : "nothing");
}

static void odd_inputs(void **state)
{
    (void)state;
    make_odd_inputs();
    for (size_t i = 0; i < odd_count; i++) {
        assert_odd(&odd[i]);
        text_free(&odd[i].code);
    }
    print_message("%zu odd inputs\n", odd_count);
}

static void too_complex_in_strict_mode(void **state)
{
    TEXT_SCOPED code = { 0 };
    (void)state;
    text_format(&code, "import os\nx = 1");
    repeat(&code, " + 1", 3500);
    text_format(&code, "\nos.getcwd; getattr(os, 'getcwd')\nprint('ran')\n");
    const char *name = scratch_file("deep.py", code.data);
    COMMAND_RESULT_SCOPED plain = codeexec("run", name, NULL);
    COMMAND_RESULT_SCOPED strict = codeexec("run", "--policy", "strict", name, NULL);
    /* Some versions show the tree of all that they compile. */
    if (strict.exit_code == 126)
        assert_contains(&strict.errors, "too-complex");
    else
        assert_int_equal(plain.exit_code, strict.exit_code);
}

static void warnings_are_not_doubled(void **state)
{
    const char *name =
        scratch_file("warn.py", "import os\nx = '\\d'\nprint(getattr(os, 'sep') is '/')\n");
    (void)state;
    COMMAND_RESULT_SCOPED off = codeexec("run", "--policy", "off", name, NULL);
    COMMAND_RESULT_SCOPED on = codeexec("run", name, NULL);
    assert_exit_code(&on, 0);
    assert_string_equal(text_string(&on.errors), text_string(&off.errors));
}

static void guests_do_not_see_the_engine(void **state)
{
    const char *name = scratch_file(
        "look.py", "import sys, gc\n"
                   "print([m for m in sys.modules if 'codeexec' in m])\n"
                   "import warnings\n"
                   "print([f for f in warnings.filters if f[2] is Warning], gc.isenabled())\n"
                   "print(getattr(sys, 'gettrace')())\n");
    (void)state;
    COMMAND_RESULT_SCOPED result = codeexec("run", name, NULL);
    assert_exit_code(&result, 0);
    assert_string_equal(result.output.data, "[]\n[] True\nNone\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(odd_inputs),
        cmocka_unit_test(too_complex_in_strict_mode),
        cmocka_unit_test(warnings_are_not_doubled),
        cmocka_unit_test(guests_do_not_see_the_engine),
    };
    return RUN_GROUP("policy_inputs", tests, NULL, NULL);
}
