package dev.whyops.project;

import java.util.Objects;

/** Names a project (the tenant): {@code prj_} and 20 characters of Crockford base32. */
public record ProjectId(String value) {
  public ProjectId {
    Objects.requireNonNull(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
