package dev.whyops.fuzz;

import dev.whyops.auth.Caller;
import dev.whyops.auth.KeyLimits;
import dev.whyops.auth.Scope;
import dev.whyops.project.Environment;
import dev.whyops.project.ProjectId;
import java.util.EnumSet;

/** Somebody who may do anything. */
public final class Callers {
  public static final Caller ANY =
      new Caller(
          new ProjectId("prj_1"),
          "default",
          Environment.PRODUCTION,
          "key_1",
          EnumSet.allOf(Scope.class),
          null,
          null,
          KeyLimits.NONE);

  private Callers() {}
}
