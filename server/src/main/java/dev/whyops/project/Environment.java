package dev.whyops.project;

/** Where an application runs; every trace and event belongs to exactly one. */
public enum Environment {
  PRODUCTION,
  STAGING,
  DEVELOPMENT
}
