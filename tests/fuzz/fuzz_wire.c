/* SPDX-License-Identifier: MIT */
/* What a hostile guest could send: any bytes, as one frame on a control channel. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zygote/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(uint64_t) char buffer[CE_FRAME_MAX];
    int pair[2];
    int fds[CE_FRAME_MAX_FDS];
    size_t fd_count;

    if (size == 0 || size > CE_FRAME_MAX + 64 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return 0;
    if (send(pair[0], data, size, MSG_NOSIGNAL) == (ssize_t)size) {
        int received =
            ce_frame_receive(pair[1], buffer, sizeof(buffer), fds, &fd_count, MSG_DONTWAIT);
        const ce_frame *frame = (const ce_frame *)(const void *)buffer;
        if (received > 0 && (size_t)received != size)
            abort();
        if (received > 0 && frame->type == CE_FRAME_REJECTED) {
            ce_finding finding;
            const char *rule;
            const char *message;
            size_t offset = 0;
            volatile unsigned int sum = 0;
            while (ce_finding_next((const ce_rejected *)(const void *)buffer, &offset, &finding,
                                   &rule, &message) > 0) {
                for (size_t i = 0; i < finding.rule_size; i++)
                    sum += (unsigned char)rule[i];
                for (size_t i = 0; i < finding.message_size; i++)
                    sum += (unsigned char)message[i];
            }
            (void)sum; /* reading it all is the test */
        }
    }
    close(pair[0]);
    close(pair[1]);
    return 0;
}
