/**
 * Who changed what? Reading order: {@link dev.whyops.audit.AuditNote}, {@link
 * dev.whyops.audit.AuditEntry}, {@link dev.whyops.audit.AuditLog}.
 */
@NullMarked
package dev.whyops.audit;

import org.jspecify.annotations.NullMarked;
