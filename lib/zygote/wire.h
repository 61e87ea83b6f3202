/* SPDX-License-Identifier: MIT */
/** The frames that the library, the zygote and a guest exchange.
 *
 *  Three channels, none of which carries more than it must:
 *    zygote channel   library <-> zygote, SOCK_SEQPACKET, both ends trusted
 *    control channel  library <-> guest, SOCK_SEQPACKET, one per guest. From STARTED on, user
 *                     code can write to it: a single frame is read from then on, EXITED, which
 *                     can tell no lie but about the program's own exit status
 *    verdict pipe     init of the guest, or the zygote where it has none -> library, one per guest;
 *                     user code never holds it
 *
 *  Every frame begins with ce_frame. Both sides run on the same machine from the same build, so
 *  structs travel as they are; ce_frame.version refuses a mixture of builds. A frame that does not
 *  fit its type exactly is refused, never repaired.
 */
#ifndef CE_ZYGOTE_WIRE_H
#define CE_ZYGOTE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#define CE_WIRE_VERSION 3u

/** Largest frame on any channel, bytes. Below every default socket buffer. */
#define CE_FRAME_MAX ((size_t)48 * 1024)
/** Room for any frame without a tail. Where only such are expected: each page of a buffer on the
 * stack is one that a forked process has to copy. */
#define CE_FRAME_PLAIN_MAX ((size_t)512)
/** Most descriptors one frame carries. */
#define CE_FRAME_MAX_FDS 8
/** Descriptors of a RUN frame whose program came along; otherwise there is one more. */
#define CE_RUN_FDS 3

/** The descriptor numbers codeexec-zygote finds its channel at. */
#define CE_ZYGOTE_CHANNEL_FD 3

typedef enum ce_frame_type {
    /* library -> zygote */
    CE_FRAME_SETUP = 1, /**< ce_setup + settings text; fds: seccomp program (memfd),
                              then the cgroup directories that hold the slots' leaves */
    CE_FRAME_SPAWN = 2, /**< ce_spawn; fds: guest's control end, verdict pipe's write end */
    CE_FRAME_LEAVE = 4, /**< ce_frame only, before the channel is closed by a library that lives and
                             cleans up itself */
    CE_FRAME_TIER = 3,  /**< ce_tier + NUL-terminated module names; fds: the new zygote's channel */
    /* zygote -> library */
    CE_FRAME_HELLO = 16,        /**< ce_hello + NUL-separated layer names */
    CE_FRAME_SETUP_FAILED = 17, /**< ce_failure */
    CE_FRAME_SPAWNED = 18,      /**< ce_spawned; fds: pidfd of the guest's init, or of
                                     the guest where it has none */
    CE_FRAME_SPAWN_FAILED = 19, /**< ce_failure */
    CE_FRAME_GONE = 20,         /**< ce_gone: nothing of the guest is left */
    CE_FRAME_BEGUN = 21,        /**< ce_frame only, first on a tier's channel; fds: its own pidfd */
    /* library -> guest */
    CE_FRAME_RUN = 32,  /**< ce_run + the program, if it fits; fds: stdin, stdout, stderr, and a
                             memfd with the program if it does not */
    CE_FRAME_STOP = 33, /**< ce_frame only: flush what is buffered, then end by SIGKILL */
    /* guest -> library */
    CE_FRAME_READY = 48,    /**< ce_frame only: confined and parked */
    CE_FRAME_FAILED = 49,   /**< ce_failure: confinement failed, the guest has ended */
    CE_FRAME_STARTED = 50,  /**< ce_frame only: the policy passed, user code comes next */
    CE_FRAME_REJECTED = 51, /**< ce_rejected + findings; nothing ran, the guest ends */
    CE_FRAME_EXITED = 53,   /**< ce_exited: the program has ended and all is flushed. May be the
                                 program's own lie, which then ends it */
    CE_FRAME_CHECKED = 52   /**< ce_frame only: check-only run, no findings */
} ce_frame_type;

typedef struct ce_frame {
    uint16_t version; /**< CE_WIRE_VERSION */
    uint16_t type;    /**< ce_frame_type */
    uint32_t size;    /**< of the whole frame, bytes */
} ce_frame;

/** Settings that hold for every guest of a zygote. */
typedef struct ce_setup {
    ce_frame frame;
    uint64_t tmp_bytes;      /**< size of /tmp and of /dev/shm */
    uint64_t tmp_inodes;     /**< inodes of each */
    uint64_t file_bytes;     /**< RLIMIT_FSIZE */
    uint32_t processes;      /**< RLIMIT_NPROC where a guest has a uid of its own */
    uint32_t open_files;     /**< RLIMIT_NOFILE */
    uint32_t stack_bytes;    /**< RLIMIT_STACK */
    uint32_t slots;          /**< guests at once at most: slot numbers are below it */
    uint32_t profile;        /**< ce_profile: how to confine; without it SETUP fails */
    uint32_t cgroup_version; /**< of the directories that came along; 0: none did */
    uint32_t settings_size;  /**< bytes of "key=value\0…" after this struct, for the Python side:
                                  allowed_modules, policy, warm, work_root */
} ce_setup;

typedef struct ce_spawn {
    ce_frame frame;
    uint64_t guest_id; /**< chosen by the library, never reused */
    uint32_t slot;     /**< 0..slots-1, free until GONE: gives the guest its uid */
    uint32_t reserved;
} ce_spawn;

/** Fork another zygote from this one, which says BEGUN, imports these modules too and says HELLO,
 * all on its own channel. That one closes if it cannot be. */
typedef struct ce_tier {
    ce_frame frame;
    uint32_t modules_size;
    uint32_t reserved;
} ce_tier;

typedef struct ce_hello {
    ce_frame frame;
    uint32_t python_version; /**< PY_VERSION_HEX of the interpreter */
    uint32_t threads;        /**< of the zygote after preloading; must be 1 */
    uint64_t memory_bytes;   /**< its proportional share of the memory it uses */
    uint32_t layers_size;    /**< bytes of NUL-terminated names after this struct */
    uint32_t layers_count;
} ce_hello;

typedef struct ce_spawned {
    ce_frame frame;
    uint64_t guest_id;
} ce_spawned;

typedef struct ce_gone {
    ce_frame frame;
    uint64_t guest_id;
} ce_gone;

/** Why something could not be set up. */
typedef struct ce_failure {
    ce_frame frame;
    uint64_t guest_id; /**< 0 for the zygote itself */
    int32_t code;      /**< enum codeexec_errno */
    int32_t sys_errno;
    char stage[32];    /**< NUL-terminated */
    char message[256]; /**< NUL-terminated, one line */
} ce_failure;

/** How the program ended, told by the runner a moment before the process does: what the library
 *  needs for its answer without waiting for the kernel to take the process apart. */
typedef struct ce_exited {
    ce_frame frame;
    uint32_t status; /**< exit status, 0..255 */
    uint32_t reserved;
} ce_exited;

/** Options of a run (ce_run.flags). */
enum ce_run_flags { CE_RUN_CHECK_ONLY = 1u << 0 };

/** The program is, one after the other: code_size bytes of source, the file name
 *  (filename_size bytes, no NUL), then arg_count NUL-terminated arguments (args_size bytes). */
typedef struct ce_run {
    ce_frame frame;
    uint64_t memory_bytes; /**< what the program may allocate beyond what the guest starts with */
    uint64_t code_size;
    uint32_t filename_size;
    uint32_t arg_count;
    uint32_t args_size;
    uint32_t cpu_seconds; /**< RLIMIT_CPU */
    uint32_t flags;       /**< of enum ce_run_flags */
    uint32_t reserved;
} ce_run;

/** A larger program travels in a memfd. */
#define CE_RUN_PROGRAM_MAX (CE_FRAME_MAX - sizeof(ce_run))

/** Findings: `count` times ce_finding, each followed by its rule, message and snippet. */
typedef struct ce_rejected {
    ce_frame frame;
    uint32_t count;   /**< findings in this frame */
    uint32_t dropped; /**< further ones that did not fit */
} ce_rejected;

typedef struct ce_finding {
    uint32_t line;
    uint32_t column;
    uint32_t end_line;
    uint32_t end_column;
    uint16_t rule_size;
    uint16_t message_size;
    uint16_t snippet_size;
    uint16_t reserved;
} ce_finding;

/** What its parent writes to a guest's verdict pipe, once, when the program's process has ended.
 * Smaller than PIPE_BUF, so it arrives whole. A pipe that closes without it: the guest was killed
 * from outside, or died before its program could run. */
#define CE_VERDICT_MAGIC 0x56435845u
typedef struct ce_verdict {
    uint32_t magic;
    int32_t wait_status; /**< as wait4() gave it */
    uint64_t cpu_us;     /**< user + system of it and the children it waited for */
    uint64_t peak_rss_bytes;
    uint64_t ended_ns;   /**< CLOCK_MONOTONIC at the end */
    uint32_t over_quota; /**< 1: killed by the zygote for what it had written to its directory */
    uint32_t reserved;
} ce_verdict;

/* ---- moving frames (wire.c; used on both sides, no allocation) ---- */

/** Fill in the header. */
void ce_frame_init(ce_frame *frame, ce_frame_type type, size_t size);

/** Send one frame with up to CE_FRAME_MAX_FDS descriptors (borrowed). Never raises SIGPIPE.
 *  @return 0 or -errno (-EAGAIN when the channel is full and non-blocking). */
int ce_frame_send(int channel, const ce_frame *frame, const int *fds, size_t fd_count);

/** Like ce_frame_send(), with a tail sent right behind the frame's struct. frame->size must
 *  count both. */
int ce_frame_send2(int channel, const ce_frame *frame, size_t head_size, const void *tail,
                   size_t tail_size, const int *fds, size_t fd_count);

/** Receive one frame into a buffer (aligned for uint64_t). Descriptors arrive close-on-exec, and
 *  surplus ones are closed.
 *  @param size of the buffer: CE_FRAME_MAX, or CE_FRAME_PLAIN_MAX to refuse frames with a tail that
 *              are larger
 *  @param fds receives up to CE_FRAME_MAX_FDS descriptors, taken by the caller
 *  @return the frame's size; 0 at end of file; -errno; -EPROTO for a malformed or truncated frame
 *          (its descriptors are closed). */
int ce_frame_receive(int channel, void *buffer, size_t size, int *fds, size_t *fd_count, int flags);

/** The size a frame of this type must have: exactly, or at least when has_tail is set.
 *  0 for an unknown type. */
size_t ce_frame_type_size(ce_frame_type type, int *has_tail);

/** Step through the findings of a REJECTED frame.
 *  @param frame  a frame that ce_frame_receive() accepted
 *  @param offset 0 at first; moved on
 *  @return 1 with *finding, *rule, *message set (into the frame, not NUL-terminated; the snippet
 *          stands right behind the message); 0 at the end; -EPROTO if the bytes do not add up. */
int ce_finding_next(const ce_rejected *frame, size_t *offset, ce_finding *finding,
                    const char **rule, const char **message);

#endif
