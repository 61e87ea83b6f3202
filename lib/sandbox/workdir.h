/* SPDX-License-Identifier: MIT */
/** Private directories of the locked-down profile, where no tmpfs can be mounted: made, watched and
 *  emptied by the zygote, swept up by whoever comes next.
 *
 *  A guest chooses every name and every depth in its directory, so nothing here follows a symlink,
 *  builds a path from what it reads, or recurses.
 */
#ifndef CE_SANDBOX_WORKDIR_H
#define CE_SANDBOX_WORKDIR_H

#include <stddef.h>
#include <stdint.h>

/** Make a directory "codeexec-work-*" below root, locked as long as any process holds *fd.
 *  @param path receives its path, in a buffer of this size
 *  @return 0 or -errno. */
int ce_workdir_create(const char *root, char *path, size_t path_size, int *fd);

/** Remove the directories below root that this user's dead zygotes left there: those that nobody
 *  holds locked. Quiet: what cannot be removed is left. */
void ce_workdir_sweep(const char *root);

/** Whether a directory holds more than that. Looks at no more than max_entries entries; counts
 *  as too much: directories nested 64 levels deep, and one that its owner may fill but not list.
 *  @return 1 or 0; -errno, also when only a part could be looked at. */
int ce_workdir_exceeds(int directory, uint64_t max_bytes, uint64_t max_entries);

/** What a process holds open of files that were deleted.
 *  @param descriptors /proc/PID/fd
 *  @return bytes; 0 if that cannot be looked at, since the process has ended */
uint64_t ce_workdir_deleted(int descriptors);

/** Remove everything in a directory that nobody changes any more, however deep it is.
 *  @param budget names to remove at most
 *  @return 0 when it is empty; -EAGAIN when the budget did not do; -errno. */
int ce_workdir_empty(int directory, uint64_t budget);

#endif
