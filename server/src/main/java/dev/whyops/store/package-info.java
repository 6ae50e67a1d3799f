/**
 * Where is it kept? Implementations of the ports that live with their consumers; only the
 * composition knows this package. Start with {@link dev.whyops.store.ControlPlane}.
 */
@NullMarked
package dev.whyops.store;

import org.jspecify.annotations.NullMarked;
