/* SPDX-License-Identifier: MIT */
/** Being the first process of a container. */
#ifndef CODEEXEC_SERVER_PID1_H
#define CODEEXEC_SERVER_PID1_H

/** If this is process 1, go on in a child and stay behind as what a container's first process has
 * to be: pass signals on, take in orphans, end as the child ends. To be called before anything else
 * is open or running.
 *  @return -1 to go on; in process 1, when the child has ended, the status to exit with */
int pid1_stay_behind(void);

#endif
