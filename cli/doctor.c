/* SPDX-License-Identifier: MIT */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "json.h"

/** How long the fork server may take to start, preloading included. */
#define START_TIMEOUT_MS 120000

/** What was found out. Whatever could not be has a reason in `trial`. */
struct findings {
    uint32_t cpus;
    uint64_t memory_bytes;
    struct utsname kernel;
    codeexec_layer *layers;
    size_t layer_count;
    codeexec_error probe_error;
    codeexec_executor *executor;                 /**< NULL: could not be created */
    codeexec_result *result;                     /**< of the trial run, NULL: there was none */
    char trial[2 * CODEEXEC_ERROR_MESSAGE_SIZE]; /**< why a run does not work; empty: it does */
};

/** Run a small program for real. */
static void try_run(const codeexec_config *config, struct findings *findings)
{
    static const char program[] = "print(\"ok\")";
    codeexec_error error = CODEEXEC_ERROR_INIT;
    codeexec_request request = CODEEXEC_REQUEST_INIT;
    request.code = program;
    request.code_size = sizeof(program) - 1;
    if (codeexec_executor_create(&findings->executor, config, &error) < 0 ||
        codeexec_executor_wait_ready(findings->executor, START_TIMEOUT_MS, &error) < 0 ||
        codeexec_run(findings->executor, &request, &findings->result, &error) < 0) {
        snprintf(findings->trial, sizeof(findings->trial), "%s%s%s", error.stage ? error.stage : "",
                 error.stage ? ": " : "", error.message);
        return;
    }
    const codeexec_result *result = findings->result;
    if (result->outcome != CODEEXEC_OUTCOME_COMPLETED || result->exit_code != 0 ||
        strcmp(result->stdout_data, "ok\n") != 0)
        snprintf(findings->trial, sizeof(findings->trial), "%s (%s), exit code %d%s%s: %.300s",
                 codeexec_outcome_name(result->outcome), codeexec_reason_name(result->reason),
                 result->exit_code, result->detail ? ": " : "",
                 result->detail ? result->detail : "", result->stderr_data);
}

static void find_out(const codeexec_config *config, struct findings *findings)
{
    codeexec_machine_size(&findings->cpus, &findings->memory_bytes);
    if (uname(&findings->kernel) < 0)
        memset(&findings->kernel, 0, sizeof(findings->kernel));
    codeexec_probe(&findings->layers, &findings->layer_count, &findings->probe_error);
    try_run(config, findings);
}

static void forget(struct findings *findings)
{
    codeexec_result_free(findings->result);
    codeexec_executor_destroy(findings->executor);
    free(findings->layers);
}

/* ---- for a person ---- */

static const char *need_text(codeexec_need need)
{
    static const char *const texts[] = { [CODEEXEC_NEED_NOT] = "optional",
                                         [CODEEXEC_NEED_ALWAYS] = "required",
                                         [CODEEXEC_NEED_ONE_PROFILE] = "one profile" };
    return (size_t)need < sizeof(texts) / sizeof(texts[0]) ? texts[need] : "unknown";
}

static void print_layers(const struct findings *findings)
{
    printf("\nIsolation layers, each tried on its own:\n");
    if (findings->probe_error.code)
        printf("  not tried: %s\n", findings->probe_error.message);
    else
        printf("  %-16s %-6s %-12s %s\n", "LAYER", "WORKS", "NEEDED", "WHAT IT DOES");
    for (size_t i = 0; i < findings->layer_count; i++) {
        const codeexec_layer *layer = &findings->layers[i];
        printf("  %-16s %-6s %-12s %s\n", layer->name, layer->works ? "yes" : "no",
               need_text(layer->need), layer->purpose ? layer->purpose : "");
        if (layer->works)
            continue;
        printf("  %-16s   why:  %s\n", "", *layer->why ? layer->why : "unknown");
        if (layer->hint)
            printf("  %-16s   hint: %s\n", "", layer->hint);
    }
    if (!findings->probe_error.code)
        printf(
            "  \"one profile\": programs run if all of the namespaces ones work (the namespaces\n"
            "  profile), or else landlock (the locked-down profile: threads, no processes)\n");
}

/** The two profiles have layers that only they have. */
static const char *profile_of(const codeexec_result *result)
{
    for (size_t i = 0; i < result->isolation_count; i++)
        if (strcmp(result->isolation[i], "new_root") == 0)
            return "namespaces";
    return "locked-down";
}

static void print_trial(const struct findings *findings)
{
    printf("\nA run: ");
    if (*findings->trial) {
        printf("does not work: %s\n", findings->trial);
        return;
    }
    printf("works, in the %s profile\n  confined by:", profile_of(findings->result));
    for (size_t i = 0; i < findings->result->isolation_count; i++)
        printf(" %s", findings->result->isolation[i]);
    printf("\n");
}

static void print_findings(const struct findings *findings)
{
    const char *python = findings->executor ? codeexec_executor_python(findings->executor) : NULL;
    printf("codeexec     %s\n", codeexec_version());
    printf("kernel       %s %s %s\n", findings->kernel.sysname, findings->kernel.release,
           findings->kernel.machine);
    printf("machine      CPUs=%u Memory=%.1f GiB\n", findings->cpus,
           (double)findings->memory_bytes / (double)(UINT64_C(1) << 30));
    printf("interpreter  %s\n", python ? python : "none");
    print_layers(findings);
    print_trial(findings);
}

/* ---- for a program ---- */

static struct json_object *text_or_null(const char *text)
{
    return text && *text ? cli_json_string(text, strlen(text)) : NULL;
}

static struct json_object *layers_document(const struct findings *findings)
{
    struct json_object *layers = json_object_new_array();
    for (size_t i = 0; i < findings->layer_count; i++) {
        const codeexec_layer *layer = &findings->layers[i];
        struct json_object *object = json_object_new_object();
        json_object_object_add(object, "name", text_or_null(layer->name));
        json_object_object_add(object, "works", json_object_new_boolean(layer->works));
        json_object_object_add(object, "needed", text_or_null(need_text(layer->need)));
        json_object_object_add(object, "purpose", text_or_null(layer->purpose));
        json_object_object_add(object, "why", text_or_null(layer->why));
        json_object_object_add(object, "hint", text_or_null(layer->hint));
        json_object_array_add(layers, object);
    }
    return layers;
}

static struct json_object *trial_document(const struct findings *findings)
{
    struct json_object *trial = json_object_new_object();
    struct json_object *isolation = json_object_new_array();
    for (size_t i = 0; !*findings->trial && i < findings->result->isolation_count; i++)
        json_object_array_add(isolation, text_or_null(findings->result->isolation[i]));
    json_object_object_add(trial, "works", json_object_new_boolean(!*findings->trial));
    json_object_object_add(trial, "why", text_or_null(findings->trial));
    json_object_object_add(trial, "profile",
                           *findings->trial ? NULL : text_or_null(profile_of(findings->result)));
    json_object_object_add(trial, "isolation", isolation);
    return trial;
}

static struct json_object *findings_document(const struct findings *findings)
{
    struct json_object *document = json_object_new_object();
    struct json_object *machine = json_object_new_object();
    const char *python = findings->executor ? codeexec_executor_python(findings->executor) : NULL;
    json_object_object_add(document, "version", text_or_null(codeexec_version()));
    json_object_object_add(document, "kernel", text_or_null(findings->kernel.release));
    json_object_object_add(machine, "cpus", json_object_new_int64(findings->cpus));
    json_object_object_add(machine, "memory_bytes",
                           json_object_new_int64((int64_t)findings->memory_bytes));
    json_object_object_add(document, "machine", machine);
    json_object_object_add(document, "python", text_or_null(python));
    json_object_object_add(document, "layers", layers_document(findings));
    json_object_object_add(document, "run", trial_document(findings));
    return document;
}

int cli_doctor(const struct cli_options *options)
{
    codeexec_config config;
    struct findings findings = { .probe_error = CODEEXEC_ERROR_INIT };
    int status = cli_load_settings(options, &config);
    if (status == 0) {
        find_out(&config, &findings);
        if (options->json)
            cli_json_print(findings_document(&findings));
        else
            print_findings(&findings);
        status = *findings.trial ? CLI_EXIT_FINDINGS : 0;
        forget(&findings);
    }
    codeexec_config_clear(&config);
    return status == CLI_EXIT_FAILED ? CLI_EXIT_FINDINGS : status;
}
