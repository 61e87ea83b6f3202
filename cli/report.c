/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

struct cli_report {
    enum cli_format format;
    struct json_object *findings; /**< array of violations, or of SARIF results */
    bool ok;
};

struct cli_report *cli_report_create(enum cli_format format)
{
    struct cli_report *report = calloc(1, sizeof(*report));
    if (!report)
        return NULL;
    report->format = format;
    report->findings = json_object_new_array();
    report->ok = report->findings != NULL;
    return report;
}

/* ---- SARIF ---- */

/** A path as a URI reference: relative ones stay relative. */
static struct json_object *new_uri(const char *path)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "-._~/!$&'()*+,;=@";
    const char *scheme = path[0] == '/' ? "file://" : "";
    size_t room = strlen(path) * 3 + sizeof("file://");
    char *uri = malloc(room);
    if (!uri)
        return NULL;
    size_t used = (size_t)snprintf(uri, room, "%s", scheme);
    for (const char *at = path; *at; at++) {
        if (strchr(plain, *at))
            uri[used++] = *at;
        else
            used += (size_t)snprintf(uri + used, room - used, "%%%02X", (unsigned char)*at);
    }
    struct json_object *string = json_object_new_string_len(uri, (int)used);
    free(uri);
    return string;
}

/** {"text": …} */
static struct json_object *new_message(const char *text, bool *ok)
{
    struct json_object *message = json_object_new_object();
    if (message)
        cli_json_add_text(message, "text", text, ok);
    return message;
}

static struct json_object *new_region(const codeexec_violation *violation, bool *ok)
{
    struct json_object *region = json_object_new_object();
    if (!region)
        return NULL;
    cli_json_add(region, "startLine", json_object_new_int64(violation->line), ok);
    cli_json_add(region, "startColumn", json_object_new_int64(violation->column), ok);
    if (violation->end_line > 0) {
        cli_json_add(region, "endLine", json_object_new_int64(violation->end_line), ok);
        cli_json_add(region, "endColumn", json_object_new_int64(violation->end_column), ok);
        if (*violation->snippet)
            cli_json_add(region, "snippet", new_message(violation->snippet, ok), ok);
    }
    return region;
}

/** [{"physicalLocation": {"artifactLocation": {"uri": …}, "region": …}}] */
static struct json_object *new_locations(const char *file, const codeexec_violation *violation,
                                         bool *ok)
{
    struct json_object *locations = json_object_new_array();
    struct json_object *location = json_object_new_object();
    struct json_object *physical = json_object_new_object();
    struct json_object *artifact = json_object_new_object();
    if (!locations || !location || !physical || !artifact) {
        json_object_put(locations);
        json_object_put(location);
        json_object_put(physical);
        json_object_put(artifact);
        return NULL;
    }
    cli_json_add(artifact, "uri", new_uri(file), ok);
    cli_json_add(physical, "artifactLocation", artifact, ok);
    cli_json_add(physical, "region", new_region(violation, ok), ok);
    cli_json_add(location, "physicalLocation", physical, ok);
    cli_json_append(locations, location, ok);
    return locations;
}

static struct json_object *new_result(const char *file, const codeexec_violation *violation,
                                      bool *ok)
{
    struct json_object *result = json_object_new_object();
    size_t count;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    if (!result)
        return NULL;
    cli_json_add_text(result, "ruleId", violation->rule, ok);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rules[i].id, violation->rule) == 0)
            cli_json_add(result, "ruleIndex", json_object_new_int64((int64_t)i), ok);
    }
    cli_json_add_text(result, "level", "error", ok);
    cli_json_add(result, "message", new_message(violation->message, ok), ok);
    cli_json_add(result, "locations", new_locations(file, violation, ok), ok);
    return result;
}

static struct json_object *new_rules(bool *ok)
{
    struct json_object *array = json_object_new_array();
    size_t count;
    const codeexec_rule *rules = codeexec_policy_rules(&count);
    for (size_t i = 0; array && i < count; i++) {
        struct json_object *rule = json_object_new_object();
        if (rule) {
            cli_json_add_text(rule, "id", rules[i].id, ok);
            cli_json_add(rule, "shortDescription", new_message(rules[i].summary, ok), ok);
            cli_json_add(rule, "fullDescription", new_message(rules[i].why, ok), ok);
        }
        cli_json_append(array, rule, ok);
    }
    return array;
}

static struct json_object *new_tool(bool *ok)
{
    struct json_object *tool = json_object_new_object();
    struct json_object *driver = json_object_new_object();
    if (driver) {
        cli_json_add_text(driver, "name", "codeexec", ok);
        cli_json_add_text(driver, "version", codeexec_version(), ok);
        cli_json_add(driver, "rules", new_rules(ok), ok);
    }
    if (!tool) {
        json_object_put(driver);
        return NULL;
    }
    cli_json_add(tool, "driver", driver, ok);
    return tool;
}

static void fill_sarif(struct json_object *document, struct cli_report *report)
{
    struct json_object *runs = json_object_new_array();
    struct json_object *run = json_object_new_object();
    bool *ok = &report->ok;
    cli_json_add_text(document, "$schema", "https://json.schemastore.org/sarif-2.1.0.json", ok);
    cli_json_add_text(document, "version", "2.1.0", ok);
    if (run) {
        cli_json_add(run, "tool", new_tool(ok), ok);
        cli_json_add_text(run, "columnKind", "unicodeCodePoints", ok);
        cli_json_add(run, "results", json_object_get(report->findings), ok);
    }
    if (!runs) {
        json_object_put(run);
        *ok = false;
        return;
    }
    cli_json_append(runs, run, ok);
    cli_json_add(document, "runs", runs, ok);
}

/* ---- JSON ---- */

static struct json_object *new_violation(const char *file, const codeexec_violation *violation,
                                         bool *ok)
{
    struct json_object *object = json_object_new_object();
    if (object) {
        cli_json_add_text(object, "file", file, ok);
        cli_json_add_violation(object, violation, ok);
    }
    return object;
}

static void fill_json(struct json_object *document, struct cli_report *report,
                      const struct cli_totals *totals)
{
    bool *ok = &report->ok;
    cli_json_add(document, "violations", json_object_get(report->findings), ok);
    cli_json_add(document, "files", json_object_new_int64((int64_t)totals->files), ok);
    cli_json_add(document, "files_with_violations", json_object_new_int64((int64_t)totals->with),
                 ok);
    cli_json_add(document, "files_not_checked", json_object_new_int64((int64_t)totals->failed), ok);
    cli_json_add(document, "total", json_object_new_int64((int64_t)totals->findings), ok);
}

/* ---- both ---- */

void cli_report_add(struct cli_report *report, const char *file, const codeexec_report *found)
{
    for (size_t i = 0; report->ok && i < found->violation_count; i++) {
        const codeexec_violation *violation = &found->violations[i];
        struct json_object *object = report->format == CLI_FORMAT_SARIF
                                         ? new_result(file, violation, &report->ok)
                                         : new_violation(file, violation, &report->ok);
        cli_json_append(report->findings, object, &report->ok);
    }
}

int cli_report_finish(struct cli_report *report, const struct cli_totals *totals)
{
    struct json_object *document = json_object_new_object();
    if (document && report->ok) {
        if (report->format == CLI_FORMAT_SARIF)
            fill_sarif(document, report);
        else
            fill_json(document, report, totals);
    }
    int status = document && report->ok ? 0 : -1;
    if (status == 0)
        cli_json_print(document); /* main() sees what could not be written */
    else
        json_object_put(document);
    json_object_put(report->findings);
    free(report);
    return status;
}
