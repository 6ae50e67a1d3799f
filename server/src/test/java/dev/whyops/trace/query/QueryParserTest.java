package dev.whyops.trace.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.http.ApiException;
import dev.whyops.trace.query.Term.Field;
import dev.whyops.trace.query.Term.Quantity;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {
  @Test
  void readsEveryFormOfATerm() {
    assertThat(
            QueryParser.parse(
                "parcel \"not here\" -agent:shop tool:(search OR \"OR\") model:gpt* latency:>2s"
                    + " cost:0.01..0.5 cost:<=1 -word"))
        .containsExactly(
            new Term.Text("parcel", false),
            new Term.Text("not here", false),
            new Term.Is(Field.AGENT, List.of("shop"), true),
            new Term.Is(Field.TOOL, List.of("search", "OR"), false),
            new Term.Prefix(Field.MODEL, "gpt", false),
            new Term.Within(Quantity.LATENCY, 2_000_000, false, Long.MAX_VALUE, true, false),
            new Term.Within(Quantity.COST, 10_000_000, true, 500_000_000, true, false),
            new Term.Within(Quantity.COST, 0, true, 1_000_000_000, true, false),
            new Term.Text("word", true));
    assertThat(QueryParser.parse("  ")).isEmpty();
    assertThat(QueryParser.parse("model:\"gpt*\" - x"))
        .containsExactly(
            new Term.Is(Field.MODEL, List.of("gpt*"), false),
            new Term.Text("-", false),
            new Term.Text("x", false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nofield:x",
        "status:nope",
        "env:prod",
        "tool:",
        "tool:()",
        "tool:(a",
        "\"open",
        "latency:x",
        "cost:5..1",
        "OR",
        "(",
        "tool:((a))",
        "finding:",
        "latency:(1 OR 2)",
        "status:o*"
      })
  void refusesMistakesAndSaysWhere(String query) {
    assertThatThrownBy(() -> QueryParser.parse(query))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo("bad_query");
              assertThat(refusal.text()).contains("at character");
            });
  }

  @Test
  @DisplayName("DA-07 long and odd queries are read in linear time")
  void staysLinear() {
    long start = System.nanoTime();
    for (String odd : List.of("%%%%", "_".repeat(1_000), "(a+)+$", "x".repeat(2_000), "\u202e א")) {
      try {
        QueryParser.parse(odd);
      } catch (ApiException e) {
        assertThat(e.status()).isEqualTo(400);
      }
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
  }
}
