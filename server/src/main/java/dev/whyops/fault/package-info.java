/** Where can a test make the process fail? See {@link dev.whyops.fault.Fault}. */
@NullMarked
package dev.whyops.fault;

import org.jspecify.annotations.NullMarked;
