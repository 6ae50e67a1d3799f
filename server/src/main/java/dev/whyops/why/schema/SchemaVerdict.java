package dev.whyops.why.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param valid null when it could not be decided, with the reason among the errors
 * @param errors at most five, each with the place in the arguments
 */
public record SchemaVerdict(@Nullable Boolean valid, List<String> errors) {
  public SchemaVerdict {
    errors = List.copyOf(errors);
  }

  static SchemaVerdict fits() {
    return new SchemaVerdict(true, List.of());
  }

  static SchemaVerdict broken(List<String> errors) {
    return new SchemaVerdict(false, errors);
  }

  static SchemaVerdict unknown(String why) {
    return new SchemaVerdict(null, List.of(why));
  }

  public boolean mismatch() {
    return Boolean.FALSE.equals(valid);
  }
}
