package dev.whyops.tenancy;

import dev.whyops.auth.Role;
import java.time.Instant;

/** An open invitation; the link itself is shown once and never kept. */
public record Invite(
    String id, Role role, String createdBy, Instant createdAt, Instant expiresAt) {}
