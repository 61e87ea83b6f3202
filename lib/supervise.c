/* SPDX-License-Identifier: MIT */
#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error_internal.h"
#include "executor_internal.h"
#include "util/clock.h"
#include "util/fd.h"

/** From SPAWN to READY at most. */
#define READY_LIMIT_NS (30 * CE_NS_PER_SECOND)
/** From STOP to SIGKILL: time to flush what Python has buffered, on a busy machine too. */
#define GRACE_NS (250 * CE_NS_PER_MS)
/** From SIGKILL to the end of the verdict pipe at most. */
#define KILL_LIMIT_NS (5 * CE_NS_PER_SECOND)
/** Bytes read of one stream per event: a chatty program must not keep the loop from the others. */
#define READ_BUDGET ((size_t)512 * 1024)
/** Control frames handled per event. */
#define FRAMES_PER_EVENT 16

/** Count a guest in, or out, where it is counted. */
static void count_in(const ce_supervisor *guest, uint32_t change)
{
    guest->executor->in_state[guest->state] += change;
    if (guest->state == CE_GUEST_SPAWNING)
        guest->client->spawning += change;
    else if (guest->state == CE_GUEST_PARKED)
        guest->client->parked += change;
}

static void set_state(ce_supervisor *guest, ce_guest_state state)
{
    count_in(guest, (uint32_t)-1);
    guest->state = state;
    count_in(guest, 1);
}

void ce_supervisor_kill(ce_supervisor *guest)
{
    guest->kill_wanted = 1;
    if (guest->pidfd >= 0)
        syscall(SYS_pidfd_send_signal, guest->pidfd, SIGKILL, NULL, 0);
    /* Its init takes along whatever it started; where there is none there is nothing. */
    if (guest->executor->cgroup && guest->job)
        ce_cgroup_kill(guest->executor->cgroup, guest->slot);
}

/** Free the slot once nothing of the guest can be left. */
static void settle(ce_supervisor *guest)
{
    int orphan_ended = guest->client->state == CE_CLIENT_ENDED && guest->verdict.fd < 0;
    if (guest->state != CE_GUEST_ENDED || guest->released || !(guest->gone || orphan_ended))
        return;
    guest->released = 1;
    ce_pool_release(guest->executor, guest);
}

/** Let go of everything but what tells that the slot is free. */
static void end_guest(ce_supervisor *guest)
{
    ce_loop *loop = &guest->executor->loop;
    ce_timer_disarm(loop, &guest->timer);
    ce_relay_close(&guest->stdin_relay);
    ce_close(&guest->stdin_sink);
    ce_source_close(loop, &guest->control);
    ce_source_close(loop, &guest->oom);
    for (int i = 0; i < 2; i++) {
        ce_source_close(loop, &guest->output[i]);
        ce_close(&guest->output_child[i]);
        ce_capture_clear(&guest->captures[i]);
    }
    ce_close(&guest->pidfd);
    /* GONE will tell; only without a zygote is the end of the pipe what has to be waited for. */
    if (guest->client->state != CE_CLIENT_ENDED && guest->verdict.fd >= 0)
        ce_source_watch(loop, &guest->verdict, 0);
    set_state(guest, CE_GUEST_ENDED);
}

static void kill_and_end(ce_supervisor *guest)
{
    ce_supervisor_kill(guest);
    end_guest(guest);
}

void ce_supervisor_discard(ce_supervisor *guest)
{
    kill_and_end(guest);
    settle(guest);
}

/* ---- results ---- */

static int before_start(const ce_supervisor *guest)
{
    return guest->started_ns == 0;
}

static double seconds_run(const ce_supervisor *guest, uint64_t ended_ns)
{
    if (before_start(guest))
        return 0;
    /* STARTED may be read when the program has ended already, if it was short and we were late:
       then the moment it was sent to the guest is the better beginning. */
    uint64_t began = guest->started_ns < ended_ns ? guest->started_ns : guest->run_sent_ns;
    return ended_ns > began ? (double)(ended_ns - began) / (double)CE_NS_PER_SECOND : 0;
}

static void set_end(codeexec_result *result, codeexec_outcome outcome, codeexec_reason reason)
{
    result->outcome = outcome;
    result->reason = reason;
}

static void set_signal(codeexec_result *result, int number)
{
    result->signal = number;
    result->exit_code = -number;
}

/** What a signal that ended the program means. */
static void classify_signal(codeexec_result *result, int number, int cpu_used_up)
{
    set_signal(result, number);
    if ((number == SIGXCPU || number == SIGKILL) && cpu_used_up)
        set_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_CPU_TIME);
    else if (number == SIGXFSZ)
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_FILE_SIZE);
    else if (number == SIGSYS)
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SYSCALL);
    else
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_SIGNALED);
}

static int cpu_used_up(const ce_supervisor *guest, const ce_verdict *verdict)
{
    /* The kernel counts by ticks where it limits and more finely where it reports: on a busy
       machine the two are a fifth apart. */
    return verdict->cpu_us >= guest->job->request.cpu_seconds * UINT64_C(700000);
}

static void classify_verdict(const ce_supervisor *guest, const ce_verdict *verdict)
{
    ce_result *job_result = guest->job->result;
    codeexec_result *result = &job_result->result;
    int status = verdict->wait_status;

    if (verdict->over_quota) {
        set_signal(result, SIGKILL);
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_FILE_SIZE);
    } else if (WIFSIGNALED(status)) {
        classify_signal(result, WTERMSIG(status), cpu_used_up(guest, verdict));
    } else if (WIFEXITED(status) && !before_start(guest)) {
        set_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED);
        result->exit_code = WEXITSTATUS(status);
    } else if (WIFEXITED(status)) {
        ce_result_set_detail(job_result,
                             "the guest ended with exit status %d before the program started",
                             WEXITSTATUS(status));
    } else {
        ce_result_set_detail(job_result, "the guest's verdict makes no sense: wait status %#x",
                             (unsigned)status);
    }
}

/** Whether our deadline ended the run, and not the program itself a moment before. */
static int ended_by_deadline(const ce_supervisor *guest, const ce_verdict *verdict)
{
    return guest->cause == CE_END_DEADLINE && (!verdict || verdict->ended_ns > guest->deadline_ns);
}

static void classify(const ce_supervisor *guest, const ce_verdict *verdict)
{
    codeexec_result *result = &guest->job->result->result;

    if (guest->cause == CE_END_FAULT) {
        set_signal(result, SIGKILL); /* detail says it all */
    } else if (ended_by_deadline(guest, verdict)) {
        set_end(result, CODEEXEC_OUTCOME_TIMEOUT, CODEEXEC_REASON_WALL_TIME);
        set_signal(result, SIGKILL);
    } else if (guest->cause == CE_END_MEMORY) {
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_MEMORY);
        set_signal(result, SIGKILL);
    } else if (guest->cause == CE_END_CANCEL) {
        if (verdict && !before_start(guest))
            classify_verdict(guest, verdict);
        else if (!before_start(guest))
            set_signal(result, SIGKILL);
        set_end(result, CODEEXEC_OUTCOME_CANCELLED,
                result->signal ? CODEEXEC_REASON_SIGNALED : CODEEXEC_REASON_EXITED);
    } else if (verdict) {
        classify_verdict(guest, verdict);
    } else if (!before_start(guest)) {
        set_signal(result, SIGKILL);
        ce_result_set_detail(guest->job->result, "%s",
                             ce_client_is_dying(guest->client)
                                 ? "the fork server died while the program ran"
                                 : "the guest was killed from outside");
    } else {
        ce_result_set_detail(guest->job->result, "the guest was killed before the program started");
    }
}

/** Move what the program wrote into its result. */
static void collect_output(ce_supervisor *guest, ce_result *result)
{
    for (int i = 0; i < 2; i++) {
        ce_capture *capture = &guest->captures[i];
        if (guest->output[i].fd >= 0 && guest->output_child[i] < 0)
            ce_capture_drain(capture, guest->output[i].fd);
        size_t size;
        char *data = ce_capture_take(capture, &size);
        int truncated = capture->outlet ? capture->lost > 0 : capture->total > size;
        if (i == 0) {
            ce_result_set_stdout(result, data, size, capture->total);
            result->result.stdout_truncated = truncated;
        } else {
            ce_result_set_stderr(result, data, size, capture->total);
            result->result.stderr_truncated = truncated;
        }
    }
}

/** The run is over and its outcome set: hand the result over, let go of the guest. */
static void deliver(ce_supervisor *guest)
{
    ce_job *job = guest->job;
    collect_output(guest, job->result);
    ce_result_set_layers(job->result, guest->client->layers);
    guest->job = NULL;
    end_guest(guest);
    ce_executor_finish(guest->executor, job);
}

/** What the limits of a whole run have to say about its end. */
static void apply_cgroup(const ce_supervisor *guest, codeexec_result *result,
                         const ce_cgroup_usage *usage)
{
    const int ended_by_us = guest->cause == CE_END_DEADLINE || guest->cause == CE_END_CANCEL;

    /* The kernel ends what is over the limit; where it ends one process of many, we end the rest.
     */
    if (usage->oom_kills > 0 && result->signal == SIGKILL && !ended_by_us)
        set_end(result, CODEEXEC_OUTCOME_ERROR, CODEEXEC_REASON_MEMORY);
    else if (usage->refusals > 0 && result->reason == CODEEXEC_REASON_EXITED &&
             result->exit_code != 0)
        result->reason = CODEEXEC_REASON_PROCESSES;
    if (usage->cpu_us > 0)
        result->cpu_seconds = (double)usage->cpu_us / 1e6;
    if (usage->memory_peak_bytes > 0)
        result->peak_memory_bytes = usage->memory_peak_bytes;
    result->processes_peak = usage->processes_peak;
}

/** All zero without a cgroup. */
static ce_cgroup_usage read_usage(const ce_supervisor *guest)
{
    ce_cgroup_usage usage = { 0 };
    if (guest->executor->cgroup)
        ce_cgroup_read(guest->executor->cgroup, guest->slot, &usage);
    return usage;
}

static void conclude(ce_supervisor *guest, const ce_verdict *verdict)
{
    codeexec_result *result = &guest->job->result->result;
    classify(guest, verdict);
    result->wall_seconds = seconds_run(guest, verdict ? verdict->ended_ns : ce_now_ns());
    if (verdict) {
        result->cpu_seconds = (double)verdict->cpu_us / 1e6;
        result->peak_memory_bytes = verdict->peak_rss_bytes;
    }
    const ce_cgroup_usage usage = read_usage(guest);
    apply_cgroup(guest, result, &usage);
    deliver(guest);
}

/* ---- guests that fail before their program starts ---- */

/** Give the job another guest, once. @return 0 if it has had that already */
static int retry(ce_supervisor *guest)
{
    ce_job *job = guest->job;
    if (job->deaths > 0)
        return 0;
    job->deaths++;
    job->last_counted = guest->executor->guests_made;
    guest->job = NULL;
    ce_executor_requeue(guest->executor, job);
    return 1;
}

/** A guest without a program, or whose program had not started, is no more. */
static void fail_guest(ce_supervisor *guest, const codeexec_error *why)
{
    ce_guest_state state = guest->state;
    ce_job *job = guest->job;

    if (!job) {
        ce_pool_guest_failed(guest->executor, guest, state == CE_GUEST_SPAWNING, why);
    } else if (why->code == CODEEXEC_EISOLATION || !retry(guest)) {
        guest->job = NULL;
        ce_executor_fail(guest->executor, job, why->message);
    }
    kill_and_end(guest);
}

static void fail_with(ce_supervisor *guest, int code, const char *message)
{
    codeexec_error why = CODEEXEC_ERROR_INIT;
    ce_error_set(&why, code, 0, "guest", "%s", message);
    fail_guest(guest, &why);
}

/** The guest or the zygote says itself what went wrong. */
static void fail_as_told(ce_supervisor *guest, const ce_failure *failure)
{
    codeexec_error why = CODEEXEC_ERROR_INIT;
    int known = failure->code > CODEEXEC_OK && failure->code <= CODEEXEC_ENOTFOUND;
    ce_error_set(&why, known ? failure->code : CODEEXEC_EPROTOCOL, failure->sys_errno, "guest",
                 "%.*s: %.*s", (int)strnlen(failure->stage, sizeof(failure->stage)), failure->stage,
                 (int)strnlen(failure->message, sizeof(failure->message)), failure->message);
    fail_guest(guest, &why);
}

/* ---- stopping ---- */

static void kill_run(ce_supervisor *guest)
{
    ce_supervisor_kill(guest);
    ce_source_watch(&guest->executor->loop, &guest->control, 0);
    set_state(guest, CE_GUEST_KILLED);
    ce_timer_arm(&guest->executor->loop, &guest->timer, ce_now_ns() + KILL_LIMIT_NS);
}

/** What ends the run now is its verdict or the timer. Nothing is read from the program any more:
 * what it sent would keep the loop turning. */
static void await_end(ce_supervisor *guest)
{
    ce_source_watch(&guest->executor->loop, &guest->control, 0);
    set_state(guest, CE_GUEST_STOPPING);
    ce_timer_arm(&guest->executor->loop, &guest->timer, ce_now_ns() + GRACE_NS);
}

/** Ask the runner to flush and to end itself, which brings a verdict with what the program used;
 * kill it if it does not. A program that has closed or filled the channel is killed at once. */
static void stop_run(ce_supervisor *guest, ce_end_cause cause)
{
    ce_frame stop;
    guest->cause = cause;
    ce_frame_init(&stop, CE_FRAME_STOP, sizeof(stop));
    if (guest->state != CE_GUEST_RUNNING || guest->control.fd < 0 ||
        ce_frame_send(guest->control.fd, &stop, NULL, 0) < 0) {
        kill_run(guest);
        return;
    }
    await_end(guest);
}

/** The run is out of memory, and the kernel is about to end one of its processes. If that is not
 * the program's own, which would bring a verdict, the rest is ended a moment later. */
static void out_of_memory(void *owner, uint32_t events)
{
    ce_supervisor *guest = owner;
    uint64_t count;
    if (read(guest->oom.fd, &count, sizeof(count)) != (ssize_t)sizeof(count) ||
        (guest->state != CE_GUEST_RUNNING && guest->state != CE_GUEST_CHECKING))
        return;
    guest->cause = CE_END_MEMORY;
    await_end(guest);
}

void ce_supervisor_cancel(ce_supervisor *guest)
{
    if (guest->state == CE_GUEST_CHECKING || guest->state == CE_GUEST_RUNNING)
        stop_run(guest, CE_END_CANCEL);
    else
        guest->cause = CE_END_CANCEL; /* it is being stopped already */
}

/** SIGKILL did not end it: a process stuck in the kernel. The caller gets an answer; the slot stays
 * taken until the zygote has seen its end. */
static void give_up(ce_supervisor *guest)
{
    ce_result *result = guest->job->result;
    classify(guest, NULL); /* why it was to end is known, whatever keeps it */
    result->result.wall_seconds = seconds_run(guest, ce_now_ns());
    if (!result->result.detail)
        ce_result_set_detail(result, "the guest did not end within 5 s of being killed");
    deliver(guest);
}

/* ---- control channel ---- */

static void program_started(ce_supervisor *guest)
{
    ce_job *job = guest->job;
    guest->started_ns = ce_now_ns();
    set_state(guest, CE_GUEST_RUNNING);
    ce_timer_arm(&guest->executor->loop, &guest->timer,
                 guest->started_ns + job->request.wall_ms * CE_NS_PER_MS);
    /* What is sent from now on may be the program's. Where the cgroup says what it used, it may say
       that it has ended; elsewhere init's word is waited for, which tells that too. */
    if (!guest->executor->cgroup)
        ce_source_watch(&guest->executor->loop, &guest->control, 0);
    ce_pool_guest_worked(guest->executor);
    free(job->request.program);
    job->request.program = NULL;
    /* The caller's descriptor is first read here: what is read for a guest that dies would be lost.
     */
    if (guest->stdin_sink < 0)
        return;
    int status = ce_relay_connect(&guest->stdin_relay, ce_steal_fd(&guest->stdin_sink),
                                  ce_steal_fd(&job->request.stdin_fd));
    if (status < 0) {
        /* An end of file that is none would give the program a wrong answer to print. */
        ce_result_set_detail(job->result, "stdin could not be relayed: %s", strerror(-status));
        guest->cause = CE_END_FAULT;
        kill_run(guest);
    }
}

static void program_rejected(ce_supervisor *guest, const ce_rejected *frame)
{
    if (ce_result_set_findings(guest->job->result, frame) < 0) {
        fail_with(guest, CODEEXEC_EPROTOCOL, "the guest sent malformed findings");
        return;
    }
    set_end(&guest->job->result->result, CODEEXEC_OUTCOME_REJECTED, CODEEXEC_REASON_EXITED);
    ce_pool_guest_worked(guest->executor);
    ce_supervisor_kill(guest);
    deliver(guest);
}

static void program_checked(ce_supervisor *guest)
{
    codeexec_result *result = &guest->job->result->result;
    set_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED);
    result->exit_code = 0;
    ce_pool_guest_worked(guest->executor);
    ce_supervisor_kill(guest);
    deliver(guest);
}

static void guest_ready(ce_supervisor *guest)
{
    ce_timer_disarm(&guest->executor->loop, &guest->timer);
    set_state(guest, CE_GUEST_PARKED);
}

/** Frames of our own code in a guest that has not started its program. */
static void trusted_frame(ce_supervisor *guest, const void *buffer)
{
    const ce_frame *frame = buffer;
    const int checking = guest->state == CE_GUEST_CHECKING;

    if (frame->type == CE_FRAME_READY && guest->state == CE_GUEST_SPAWNING)
        guest_ready(guest);
    else if (frame->type == CE_FRAME_FAILED && guest->state != CE_GUEST_PARKED)
        fail_as_told(guest, buffer);
    else if (frame->type == CE_FRAME_STARTED && checking)
        program_started(guest);
    else if (frame->type == CE_FRAME_REJECTED && checking)
        program_rejected(guest, buffer);
    else if (frame->type == CE_FRAME_CHECKED && checking &&
             (guest->job->request.flags & CODEEXEC_REQUEST_CHECK_ONLY) != 0)
        program_checked(guest);
    else
        fail_with(guest, CODEEXEC_EPROTOCOL, "the guest sent an unexpected frame");
}

/** The channel is at its end, or not to be listened to any more. */
static void control_broken(ce_supervisor *guest, int status)
{
    ce_source_watch(&guest->executor->loop, &guest->control, 0);
    /* An end of file alone says nothing: a guest that has died is told of by its verdict pipe. */
    if (status == -EPROTO && guest->state < CE_GUEST_RUNNING)
        fail_with(guest, CODEEXEC_EPROTOCOL, "the guest sent a malformed frame");
}

/** From STARTED on whatever comes may be the program's. */
static int expects_frames(const ce_supervisor *guest)
{
    return guest->control.watched != 0 && guest->state < CE_GUEST_RUNNING;
}

static void receive_frames(ce_supervisor *guest)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int fds[CE_FRAME_MAX_FDS];

    for (int i = 0; i < FRAMES_PER_EVENT && expects_frames(guest); i++) {
        size_t fd_count;
        int size = ce_frame_receive(guest->control.fd, buffer, sizeof(buffer), fds, &fd_count,
                                    MSG_DONTWAIT);
        for (size_t j = 0; j < fd_count; j++)
            close(fds[j]); /* guests send none; a program that does keeps nothing of ours busy */
        if (size == -EAGAIN)
            return;
        if (size <= 0)
            control_broken(guest, size);
        else
            trusted_frame(guest, buffer);
    }
}

/** The program says that it has ended. If that is a lie, it is one about its own exit status, and
 * it ends with it. */
static void program_exited(ce_supervisor *guest, const ce_exited *frame)
{
    codeexec_result *result = &guest->job->result->result;
    const ce_cgroup_usage usage = read_usage(guest);
    /* Not every kernel counts both for a group: then init does, a moment later. */
    if (usage.cpu_us == 0 || usage.memory_peak_bytes == 0)
        return;
    set_end(result, CODEEXEC_OUTCOME_COMPLETED, CODEEXEC_REASON_EXITED);
    result->exit_code = (int)(frame->status & 0xff);
    result->wall_seconds = seconds_run(guest, ce_now_ns());
    apply_cgroup(guest, result, &usage);
    ce_supervisor_kill(guest);
    deliver(guest);
}

/** One frame may come from a running program, and it is looked at once. */
static void receive_exited(ce_supervisor *guest)
{
    _Alignas(uint64_t) char buffer[CE_FRAME_PLAIN_MAX];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;

    ce_source_watch(&guest->executor->loop, &guest->control, 0);
    int size =
        ce_frame_receive(guest->control.fd, buffer, sizeof(buffer), fds, &fd_count, MSG_DONTWAIT);
    for (size_t i = 0; i < fd_count; i++)
        close(fds[i]);
    const ce_exited *frame = (const ce_exited *)(const void *)buffer;
    if (size == (int)sizeof(*frame) && frame->frame.type == CE_FRAME_EXITED)
        program_exited(guest, frame);
}

static void control_ready(void *owner, uint32_t events)
{
    ce_supervisor *guest = owner;
    /* Not both in one event: what STARTED was read with is ours, what comes next may not be. */
    if (guest->state == CE_GUEST_RUNNING && guest->control.watched != 0)
        receive_exited(guest);
    else
        receive_frames(guest);
    settle(guest);
}

/* ---- deadlines ---- */

/** The time for the check, or for the program, is over. */
static void deadline_passed(ce_supervisor *guest)
{
    guest->deadline_ns = guest->timer.due_ns;
    /* What it said before comes first: where we are late, the program may have started long ago,
       and even have ended. */
    if (guest->state == CE_GUEST_CHECKING) {
        receive_frames(guest);
        if (guest->state != CE_GUEST_CHECKING)
            return;
    }
    stop_run(guest, CE_END_DEADLINE);
}

static void timer_fired(void *owner)
{
    ce_supervisor *guest = owner;
    switch (guest->state) {
    case CE_GUEST_SPAWNING:
        if (guest->pidfd < 0)
            ce_client_kill(guest->client, CODEEXEC_ETIMEDOUT,
                           "the fork server did not make a guest in 30 s");
        fail_with(guest, CODEEXEC_ETIMEDOUT, "a guest was not ready in 30 s");
        break;
    case CE_GUEST_CHECKING:
    case CE_GUEST_RUNNING:
        deadline_passed(guest);
        break;
    case CE_GUEST_STOPPING:
        /* Noticed this late, the machine stood still, and the program has not had its time yet.
           Once: a program that keeps the processors from us is not to gain by it. */
        if (!guest->grace_renewed && ce_now_ns() - guest->timer.due_ns > GRACE_NS) {
            guest->grace_renewed = 1;
            ce_timer_arm(&guest->executor->loop, &guest->timer, ce_now_ns() + GRACE_NS);
        } else {
            kill_run(guest);
        }
        break;
    case CE_GUEST_KILLED:
        give_up(guest);
        break;
    default:
        break; /* parked and ended guests have no deadline */
    }
    settle(guest);
}

/* ---- verdict pipe ---- */

/** Whether the kernel has ended something of the run, or of the check before it, for its memory. */
static int is_out_of_memory(const ce_supervisor *guest)
{
    return read_usage(guest).oom_kills > 0;
}

/** A verdict, or the pipe's end, in a guest that was not running a program. */
static void died_before_start(ce_supervisor *guest, const ce_verdict *verdict)
{
    int idle = !guest->job;
    /* Retrying would only use up the same time, or memory, again. */
    int final = (verdict && WIFSIGNALED(verdict->wait_status) &&
                 WTERMSIG(verdict->wait_status) == SIGXCPU) ||
                (!idle && is_out_of_memory(guest));
    if (idle && !ce_client_is_dying(guest->client))
        fail_with(guest, CODEEXEC_ESYSTEM,
                  guest->state == CE_GUEST_PARKED ? "a parked guest died"
                                                  : "a guest died before it was ready");
    else if (idle || (!final && retry(guest)))
        kill_and_end(guest); /* with its zygote, which is no fault of its own; or for another one */
    else
        conclude(guest, verdict);
}

static void guest_has_ended(ce_supervisor *guest, const ce_verdict *verdict)
{
    /* What it said before comes first: the two descriptors have no order between them. */
    if (guest->state < CE_GUEST_RUNNING)
        receive_frames(guest);
    if (guest->state == CE_GUEST_ENDED)
        return;
    if (guest->state < CE_GUEST_RUNNING)
        died_before_start(guest, verdict);
    else
        conclude(guest, verdict);
}

static void read_verdict(ce_supervisor *guest)
{
    ce_verdict verdict;
    ssize_t size;
    do
        size = read(guest->verdict.fd, &verdict, sizeof(verdict));
    while (size < 0 && errno == EINTR);
    if (size < 0 && errno == EAGAIN)
        return;
    int valid = size == (ssize_t)sizeof(verdict) && verdict.magic == CE_VERDICT_MAGIC;
    guest_has_ended(guest, valid ? &verdict : NULL);
    if (size <= 0)
        ce_source_close(&guest->executor->loop, &guest->verdict);
}

static void verdict_ready(void *owner, uint32_t events)
{
    ce_supervisor *guest = owner;
    read_verdict(guest);
    settle(guest);
}

/* ---- output ---- */

static void output_ready(ce_supervisor *guest, int stream)
{
    ce_source *source = &guest->output[stream];
    ce_capture_status status = ce_capture_read(&guest->captures[stream], source->fd, READ_BUDGET);
    if (status == CE_CAPTURE_CLOSED)
        ce_source_close(&guest->executor->loop, source);
    else if (status == CE_CAPTURE_FULL)
        ce_source_watch(&guest->executor->loop, source, 0);
}

static void stdout_ready(void *owner, uint32_t events)
{
    output_ready(owner, 0);
}

static void stderr_ready(void *owner, uint32_t events)
{
    output_ready(owner, 1);
}

void ce_supervisor_resume(ce_supervisor *guest)
{
    for (int i = 0; i < 2; i++)
        if (guest->output[i].fd >= 0 && ce_capture_has_room(&guest->captures[i]))
            ce_source_watch(&guest->executor->loop, &guest->output[i], EPOLLIN);
}

/* ---- what the zygote tells ---- */

void ce_supervisor_spawned(ce_supervisor *guest, int pidfd)
{
    guest->pidfd = pidfd;
    if (guest->kill_wanted)
        ce_supervisor_kill(guest);
    if (guest->state == CE_GUEST_ENDED)
        ce_close(&guest->pidfd);
}

void ce_supervisor_spawn_failed(ce_supervisor *guest, const ce_failure *failure)
{
    guest->gone = 1;
    if (guest->state == CE_GUEST_SPAWNING)
        fail_as_told(guest, failure);
    settle(guest);
}

void ce_supervisor_gone(ce_supervisor *guest)
{
    guest->gone = 1;
    if (guest->state != CE_GUEST_ENDED && guest->verdict.fd >= 0)
        read_verdict(guest);
    /* Whatever the pipe says: init has been reaped, so no verdict can come any more. */
    if (guest->state != CE_GUEST_ENDED)
        guest_has_ended(guest, NULL);
    settle(guest);
}

void ce_supervisor_orphaned(ce_supervisor *guest)
{
    if (guest->state == CE_GUEST_SPAWNING || guest->state == CE_GUEST_PARKED)
        kill_and_end(guest);
    else if (guest->state != CE_GUEST_ENDED)
        ce_supervisor_kill(guest);
    if (guest->verdict.fd >= 0 &&
        ce_source_watch(&guest->executor->loop, &guest->verdict, EPOLLIN) < 0)
        ce_source_close(&guest->executor->loop, &guest->verdict);
    settle(guest);
}

/* ---- spawning ---- */

/** A pipe: our end non-blocking and watched, theirs blocking. */
static int open_pipe(ce_supervisor *guest, ce_source *ours, int *theirs)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    *theirs = ends[1];
    int status = ce_source_open(&guest->executor->loop, ours, ends[0], EPOLLIN);
    if (status == 0 && fcntl(ours->fd, F_SETFL, O_RDONLY | O_NONBLOCK) < 0)
        status = -errno;
    return status;
}

static int open_control(ce_supervisor *guest, int *theirs)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    *theirs = ends[1];
    int status = ce_source_open(&guest->executor->loop, &guest->control, ends[0], EPOLLIN);
    if (status == 0 && fcntl(guest->control.fd, F_SETFL, O_RDWR | O_NONBLOCK) < 0)
        status = -errno;
    return status;
}

/** Open everything a run needs that does not depend on the request: a parked guest has it at hand.
 */
static int open_guest(ce_supervisor *guest)
{
    CE_CLEANUP_FD control = -1;
    CE_CLEANUP_FD verdict = -1;
    int status = open_control(guest, &control);
    if (status == 0)
        status = open_pipe(guest, &guest->verdict, &verdict);
    for (int i = 0; i < 2 && status == 0; i++)
        status = open_pipe(guest, &guest->output[i], &guest->output_child[i]);
    if (status == 0)
        status = ce_client_spawn(guest->client, guest->guest_id, guest->slot, control, verdict);
    return status;
}

int ce_supervisor_create(ce_supervisor **out, codeexec_executor *executor, ce_client *client,
                         uint64_t guest_id, uint32_t slot)
{
    ce_supervisor *guest = calloc(1, sizeof(*guest));
    if (!guest || ce_timer_init(&executor->loop, &guest->timer, timer_fired, guest) < 0) {
        free(guest);
        return -ENOMEM;
    }
    guest->executor = executor;
    guest->client = client;
    guest->guest_id = guest_id;
    guest->slot = slot;
    guest->stdin_sink = guest->pidfd = guest->output_child[0] = guest->output_child[1] = -1;
    ce_source_init(&guest->control, control_ready, guest);
    ce_source_init(&guest->verdict, verdict_ready, guest);
    ce_source_init(&guest->oom, out_of_memory, guest);
    ce_source_init(&guest->output[0], stdout_ready, guest);
    ce_source_init(&guest->output[1], stderr_ready, guest);
    ce_relay_init(&guest->stdin_relay, &executor->loop);
    guest->state = CE_GUEST_SPAWNING;
    count_in(guest, 1);

    int status = open_guest(guest);
    if (status < 0) {
        ce_supervisor_destroy(guest);
        return status;
    }
    ce_timer_arm(&executor->loop, &guest->timer, ce_now_ns() + READY_LIMIT_NS);
    *out = guest;
    return 0;
}

static void release_supervisor(void *owner)
{
    ce_supervisor *guest = owner;
    free(guest);
}

void ce_supervisor_destroy(ce_supervisor *guest)
{
    ce_loop *loop = &guest->executor->loop;
    end_guest(guest);
    guest->executor->in_state[CE_GUEST_ENDED]--;
    ce_source_close(loop, &guest->verdict);
    ce_timer_clear(loop, &guest->timer);
    ce_loop_retire(loop, &guest->burial, release_supervisor, guest);
}

/* ---- handing over a program ---- */

/** The guest's stdin, and where its bytes will come from. */
static int open_stdin(ce_supervisor *guest, const ce_request *request)
{
    int ends[2];
    /* Opened anew each time: an open file shared between guests would be a channel between them. */
    if (request->stdin_size == 0 && request->stdin_fd < 0)
        ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    else if (pipe2(ends, O_CLOEXEC) == 0)
        guest->stdin_sink = ends[1];
    else
        return -errno;
    return ends[0] < 0 ? -errno : ends[0];
}

/** @param program a memfd with it; -1: it travels with the frame */
static int send_run(ce_supervisor *guest, const ce_request *request, int program, int input)
{
    const int fds[CE_RUN_FDS + 1] = { input, guest->output_child[0], guest->output_child[1],
                                      program };
    const size_t tail = program < 0 ? request->program_size : 0;
    ce_run run = { .memory_bytes = request->memory_bytes,
                   .code_size = request->code_size,
                   .filename_size = request->filename_size,
                   .arg_count = request->arg_count,
                   .args_size = request->args_size,
                   .cpu_seconds = request->cpu_seconds };
    if ((request->flags & CODEEXEC_REQUEST_CHECK_ONLY) != 0)
        run.flags |= CE_RUN_CHECK_ONLY;
    ce_frame_init(&run.frame, CE_FRAME_RUN, sizeof(run) + tail);
    return ce_frame_send2(guest->control.fd, &run.frame, sizeof(run), request->program, tail, fds,
                          program < 0 ? CE_RUN_FDS : CE_RUN_FDS + 1);
}

static void set_captures(ce_supervisor *guest, const ce_job *job)
{
    for (int i = 0; i < 2; i++) {
        if ((job->request.flags & CODEEXEC_REQUEST_STREAM) != 0)
            ce_capture_stream(&guest->captures[i], &guest->executor->outlet, guest, job->ticket,
                              i == 0 ? CODEEXEC_STDOUT : CODEEXEC_STDERR);
        else
            ce_capture_keep(&guest->captures[i], job->request.output_bytes);
    }
}

/** From here on its cgroup holds this run. */
static int enter_cgroup(ce_supervisor *guest, uint64_t memory_bytes)
{
    ce_cgroup *cgroup = guest->executor->cgroup;
    if (!cgroup)
        return 0;
    int status = ce_cgroup_begin(cgroup, guest->slot, memory_bytes);
    int oom_fd = ce_cgroup_oom_fd(cgroup, guest->slot);
    if (status < 0 || oom_fd < 0)
        return status;
    /* What is left from the slot's last run is not for this one. */
    uint64_t count;
    while (read(oom_fd, &count, sizeof(count)) == (ssize_t)sizeof(count))
        ;
    /* A copy: the event belongs to the slot, and the watch ends with the run. */
    int copy = fcntl(oom_fd, F_DUPFD_CLOEXEC, 3);
    return copy < 0 ? -errno : ce_source_open(&guest->executor->loop, &guest->oom, copy, EPOLLIN);
}

int ce_supervisor_run(ce_supervisor *guest, ce_job *job)
{
    CE_CLEANUP_FD program = -1;
    if (job->request.program_size > CE_RUN_PROGRAM_MAX) {
        program = ce_request_memfd(&job->request);
        if (program < 0)
            return program;
    }
    CE_CLEANUP_FD input = open_stdin(guest, &job->request);
    if (input < 0)
        return input;
    int status = enter_cgroup(guest, job->request.memory_bytes);
    if (status < 0)
        return status;

    guest->job = job;
    set_captures(guest, job);
    set_state(guest, CE_GUEST_CHECKING);
    /* Before it is sent: a short program can have ended by the time this goes on. */
    guest->run_sent_ns = ce_now_ns();
    if (send_run(guest, &job->request, program, input) < 0) {
        fail_with(guest, CODEEXEC_ESYSTEM, "the guest died before the program started");
        settle(guest);
        return 0;
    }
    ce_timer_arm(&guest->executor->loop, &guest->timer,
                 guest->run_sent_ns + job->request.wall_ms * CE_NS_PER_MS);
    ce_close(&guest->output_child[0]);
    ce_close(&guest->output_child[1]);
    ce_close(&input); /* the relay must see that nobody reads once the guest has gone */
    if (job->request.stdin_size > 0)
        ce_relay_feed(&guest->stdin_relay, ce_steal_fd(&guest->stdin_sink), job->request.stdin_data,
                      job->request.stdin_size);
    return 0;
}
