/**
 * Who calls, and may they? Reading order: {@link dev.whyops.auth.Caller}, {@link
 * dev.whyops.auth.Scope}, {@link dev.whyops.auth.KeyCheck}, {@link dev.whyops.auth.ApiKeys}.
 */
@NullMarked
package dev.whyops.auth;

import org.jspecify.annotations.NullMarked;
