/* SPDX-License-Identifier: MIT */
/** Signals that ask us to stop, turned into a readable descriptor. */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

/** Catch SIGINT, SIGTERM and SIGHUP, except those that were ignored (nohup), and ignore SIGPIPE. A
 *  blocking write is interrupted by them.
 *  @return a descriptor that polls readable after a signal, or -1 with errno */
int cli_signals_catch(void);

/** The first signal that came, or 0. */
int cli_signals_first(void);

/** Empty the descriptor. @return 1 if a signal came since the last call */
int cli_signals_drain(void);

#endif
