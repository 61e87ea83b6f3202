/* SPDX-License-Identifier: MIT */
/** The service's log: one line at a time on standard error. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

/** Write one line, as a whole: what others write there does not get between. */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
