/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <string.h>

#include <codeexec/policy.h>

/** Where a rule is on. */
static const char *default_of(codeexec_rule_set set)
{
    switch (set) {
    case CODEEXEC_RULE_DEFAULT:
        return "on";
    case CODEEXEC_RULE_STRICT:
        return "off, on with strict";
    case CODEEXEC_RULE_FILE:
        return "off, on for the names that a policy file adds";
    case CODEEXEC_RULE_CHECK:
        break;
    }
    return "on when a program is checked, never rejects a run";
}

static void print_example(const char *title, const char *code)
{
    printf("\n%s:\n\n```python\n%s```\n", title, code);
}

/** Print the paragraph in lines of at most that many columns. */
static void print_paragraph(const char *text, size_t columns)
{
    size_t used = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        if (used > 0 && used + 1 + length > columns) {
            putchar('\n');
            used = 0;
        }
        used += (size_t)printf("%s%.*s", used > 0 ? " " : "", (int)length, text);
        text += length + (text[length] == ' ');
    }
    putchar('\n');
}

/** As Markdown: docs/policy.md has it word by word. */
static void explain(const codeexec_rule *rule)
{
    printf("### %s\n\n%c%s. Default: %s.\n\n", rule->id, rule->summary[0] - 'a' + 'A',
           rule->summary + 1, default_of(rule->set));
    print_paragraph(rule->why, 100);
    print_example("Bad", rule->bad);
    print_example("Good", rule->good);
}

int cli_explain(const char *id)
{
    size_t count;
    char known[512] = "";
    size_t used = 0;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].id, id) == 0) {
            explain(&rules[i]);
            return 0;
        }
        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i > 0 ? ", " : "",
                                     rules[i].id);
    }
    cli_complain("--explain='%.100s': no such rule; there are %s", id, known);
    return CLI_EXIT_USAGE;
}
