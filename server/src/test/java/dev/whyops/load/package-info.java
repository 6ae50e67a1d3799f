/**
 * What holds when there is too much of everything? The built server as a process of its own, with
 * small limits, against more than it can take.
 *
 * <p>What is asserted are counts and states, not speeds: these tests also run where others use the
 * machine. {@code -Dwhyops.schedule=nightly} or {@code release} makes them larger and longer.
 */
@NullMarked
package dev.whyops.load;

import org.jspecify.annotations.NullMarked;
