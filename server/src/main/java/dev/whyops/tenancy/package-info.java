/**
 * Who may do what in which project? Reading order: {@link dev.whyops.tenancy.Projects}, {@link
 * dev.whyops.tenancy.Settings}, {@link dev.whyops.tenancy.Members}, {@link
 * dev.whyops.tenancy.Invites}.
 */
@NullMarked
package dev.whyops.tenancy;

import org.jspecify.annotations.NullMarked;
