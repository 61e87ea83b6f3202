/* SPDX-License-Identifier: MIT */
/** Where the service listens: ADDRESS:PORT, [V6]:PORT or unix:PATH. */
#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include <stddef.h>
#include <sys/types.h>

typedef struct listen_socket {
    int fd;         /**< listening, non-blocking, close-on-exec; whoever takes it sets -1 */
    char name[160]; /**< for a person: "http://127.0.0.1:8000", "unix:/run/codeexec.sock" */
    char path[108]; /**< of a UNIX socket, else "" */
    dev_t device;   /**< of its file: somebody else's is not ours to remove */
    ino_t inode;
} listen_socket;

/** @param where as CODEEXEC_LISTEN has it; port 0 takes a free one
 *  @param why   receives one line when this fails
 *  @return 0, or -1 with nothing open */
int listen_open(listen_socket *self, const char *where, char *why, size_t why_size);

/** Remove the file of a UNIX socket, and close the descriptor unless it was taken. */
void listen_close(listen_socket *self);

#endif
