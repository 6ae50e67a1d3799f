package dev.whyops.auth;

import java.time.Instant;

/** A person with a valid session. */
public record SignedIn(String sessionId, Person person, Instant expiresAt) {}
