/** Tests of the control plane over real databases. */
@NullMarked
package dev.whyops.store;

import org.jspecify.annotations.NullMarked;
