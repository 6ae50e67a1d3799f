package dev.whyops.auth;

import java.time.Instant;

/**
 * Somebody with a login.
 *
 * @param email with a lower-case domain
 */
public record Person(String id, String email, String name, Instant createdAt) {}
