/**
 * How much may work behind the calls do while calls run? Reading order: {@link
 * dev.whyops.pace.CallLoad}, {@link dev.whyops.pace.Pace}, {@link dev.whyops.pace.MachineLoad},
 * {@link dev.whyops.pace.Background}.
 */
@NullMarked
package dev.whyops.pace;

import org.jspecify.annotations.NullMarked;
