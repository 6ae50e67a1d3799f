package dev.whyops.tenancy;

import dev.whyops.auth.Person;
import dev.whyops.auth.Role;
import java.time.Instant;

/** A person in a project's list of members. */
public record Member(Person person, Role role, Instant joinedAt) {}
