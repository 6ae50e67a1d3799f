/** How does Spring AI tell WhyOps what happens? By {@link WhyOpsObservationHandler}. */
@NullMarked
package dev.whyops.sdk.spring;

import org.jspecify.annotations.NullMarked;
