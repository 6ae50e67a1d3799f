/**
 * What differs per provider dialect? Pure: no I/O, no clock. Reading order: {@link
 * dev.whyops.provider.ProviderType}, {@link dev.whyops.provider.CallKind}, {@link
 * dev.whyops.provider.Usage}.
 */
@NullMarked
package dev.whyops.provider;

import org.jspecify.annotations.NullMarked;
