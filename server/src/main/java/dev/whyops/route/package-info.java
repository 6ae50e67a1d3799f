/**
 * Which provider gets a call? Reading order: {@link dev.whyops.route.ProviderRef}, {@link
 * dev.whyops.route.ProjectProviders}, {@link dev.whyops.route.Providers}.
 */
@NullMarked
package dev.whyops.route;

import org.jspecify.annotations.NullMarked;
