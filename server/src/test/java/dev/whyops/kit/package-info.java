/** What do all tests share? A real server as a process, faults on the wire, ledgers. */
@NullMarked
package dev.whyops.kit;

import org.jspecify.annotations.NullMarked;
