/** How is it wired? {@link dev.whyops.Main} reads the command line. */
@NullMarked
package dev.whyops;

import org.jspecify.annotations.NullMarked;
