/**
 * Which trace does a call belong to? Reading order: {@link dev.whyops.continuity.CallTrace}, {@link
 * dev.whyops.continuity.TraceResolver}, {@link dev.whyops.continuity.ContinuityIndex}, {@link
 * dev.whyops.continuity.History}, {@link dev.whyops.continuity.IssuedStore}, {@link
 * dev.whyops.continuity.SignatureBook}.
 */
@NullMarked
package dev.whyops.continuity;

import org.jspecify.annotations.NullMarked;
