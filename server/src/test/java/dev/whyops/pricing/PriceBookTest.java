package dev.whyops.pricing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.whyops.json.Json;
import dev.whyops.kit.Fixtures;
import dev.whyops.provider.Media;
import dev.whyops.provider.Usage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class PriceBookTest {
  private static final PriceBook BOOK = PriceBook.builtIn();
  private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");

  private static final Set<String> SOUND_SELLERS = Set.of("openai", "google");

  /** Computed by hand from the published prices. */
  @ParameterizedTest(name = "{0} {1}: {8} nano-dollars")
  @CsvSource({
    // 1000 x 0.15 + 2000 x 0.075 + 500 x 0.60 = 600 dollars per million calls' tokens
    "openai, gpt-4o-mini-2024-07-18, , 1000, 2000, 0, 0, 500, 600000",
    // 10 x 3 + 1000 x 0.30 + 2000 x 3.75 + 3000 x 6 + 100 x 15 = 27330
    "anthropic, claude-sonnet-4-5-20250929, , 10, 1000, 2000, 3000, 100, 27330000",
    // 210,000 tokens in: above 200,000 the whole call costs 6 / 0.60 / 22.50
    "anthropic, claude-sonnet-4-5, , 150000, 60000, 0, 0, 1000, 958500000",
    // exactly 200,000 is not above it: 140000 x 3 + 60000 x 0.30 + 1000 x 15
    "anthropic, claude-sonnet-4-5, , 140000, 60000, 0, 0, 1000, 453000000",
    // flex: 1 x 0.0025 per million is 2.5 nano-dollars, and 3 x 0.0025 is 7.5: half to even
    "openai, gpt-5-nano, flex, 0, 1, 0, 0, 0, 2",
    "openai, gpt-5-nano, flex, 0, 3, 0, 0, 0, 8",
    // priority: 1000 x 2.50 + 1000 x 20
    "openai, gpt-5, priority, 1000, 0, 0, 0, 1000, 22500000",
    "openai, text-embedding-3-small, default, 1000000, 0, 0, 0, 0, 20000000"
  })
  void agreesWithVectorsComputedByHand(
      String provider,
      String model,
      String tier,
      long input,
      long read,
      long write5m,
      long write1h,
      long output,
      long nano) {
    Usage usage = new Usage(input, read, write5m, write1h, output, 0L, "OA_CHAT", false);
    Cost cost = BOOK.cost(call(provider, model, tier, NOW), usage, false, null);
    assertThat(cost.nanoUsd()).isEqualTo(nano);
    assertThat(cost.kind()).isEqualTo(Cost.Kind.COMPUTED);
    assertThat(cost.bookVersion()).isEqualTo(BOOK.version());
  }

  @Test
  void takesTheRowInForceAtTheTimeOfTheCall() {
    Usage usage = usage(1_000, 0, 0);
    Instant lastMoment = Instant.parse("2025-06-09T23:59:59.999Z");
    Instant firstMoment = Instant.parse("2025-06-10T00:00:00Z");
    assertThat(BOOK.cost(call("openai", "o3", null, lastMoment), usage, false, null).nanoUsd())
        .isEqualTo(10_000_000L);
    assertThat(BOOK.cost(call("openai", "o3", null, firstMoment), usage, false, null).nanoUsd())
        .isEqualTo(2_000_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-4o-mini-2099-01-01, openai/gpt-4o-mini",
    "claude-haiku-4-5-20991231, anthropic/claude-haiku-4-5",
    "claude-haiku-4-5@20991231, anthropic/claude-haiku-4-5",
    "GPT-4o-Mini, openai/gpt-4o-mini",
    "gpt-4o-2024-05-13, openai/gpt-4o-2024-05-13",
    "gpt-4o-mini-next, ",
    "gpt-4, openai/gpt-4",
    "my-gpt-4o-mini, "
  })
  void findsModelsByTheirWholeNameOnly(String model, @Nullable String rowId) {
    String seller = model.startsWith("claude") ? "anthropic" : "openai";
    assertThat(BOOK.row(call(seller, model, null, NOW)).map(PriceRow::id).orElse(null))
        .isEqualTo(rowId);
  }

  @Test
  void prefersWhatAnsweredOverWhatWasAsked() {
    PriceBook.Call call =
        new PriceBook.Call("openai", null, "gpt-4o-mini-2024-07-18", "gpt-4o", NOW, null);
    assertThat(BOOK.row(call).orElseThrow().model()).isEqualTo("gpt-4o-mini");
    PriceBook.Call unknown =
        new PriceBook.Call("openai", null, "something-else", "gpt-4o", NOW, null);
    assertThat(BOOK.row(unknown).orElseThrow().model()).isEqualTo("gpt-4o");
  }

  @ParameterizedTest
  @CsvSource({
    "api.openai.com, openai, openai/o3-mini",
    "my-team.openai.azure.com, openai, azure/o3-mini",
    "openai-eu, openai, openai/o3-mini",
    "openai-eu, , ",
    "groq, openai, "
  })
  void knowsTheSellerByNameHostOrDialect(
      String provider, @Nullable String likely, @Nullable String rowId) {
    PriceBook.Call call = new PriceBook.Call(provider, likely, "o3-mini", null, NOW, null);
    assertThat(BOOK.row(call).map(PriceRow::id).orElse(null)).isEqualTo(rowId);
  }

  @Test
  void tellsHowFarAFigureCanBeTrusted() {
    PriceBook.Call call = call("openai", "gpt-4o-mini", null, NOW);
    assertThat(BOOK.cost(call, usage(1, 0, 1), true, null).kind()).isEqualTo(Cost.Kind.PARTIAL);
    Usage estimated = new Usage(1L, null, null, null, 1L, null, "ESTIMATED", false);
    assertThat(BOOK.cost(call, estimated, true, null).kind()).isEqualTo(Cost.Kind.ESTIMATED);
    Usage negative = new Usage(-2L, 12L, null, null, 1L, null, "OA_CHAT", true);
    assertThat(BOOK.cost(call, negative, false, null).kind()).isEqualTo(Cost.Kind.PARTIAL);
    Usage written = new Usage(1L, null, 5L, null, 1L, null, "OA_CHAT", false);
    assertThat(BOOK.cost(call, written, false, null).kind()).isEqualTo(Cost.Kind.PARTIAL);
    assertThat(
            BOOK.cost(call("openai", "gpt-4o-mini", "scale", NOW), usage(1, 0, 1), false, null)
                .kind())
        .isEqualTo(Cost.Kind.PARTIAL);
    Cost reported = BOOK.cost(call, usage(1, 0, 1), false, "0.00014662");
    assertThat(reported.kind()).isEqualTo(Cost.Kind.REPORTED);
    assertThat(reported.reportedNanoUsd()).isEqualTo(146_620L);
  }

  @Test
  void neverCallsAnUnknownPriceFree() {
    Cost cost = BOOK.cost(call("openai", "no-such", null, NOW), usage(1, 0, 1), false, null);
    assertThat(cost.nanoUsd()).isNull();
    assertThat(cost.kind()).isEqualTo(Cost.Kind.UNPRICED);
    assertThat(BOOK.cost(call("openai", "gpt-4o", null, NOW), null, false, null).nanoUsd())
        .isNull();
  }

  @Test
  @DisplayName("F-38 a count whose price no figure can hold is unpriced, and no error")
  void doesNotPriceAbsurdCounts() {
    Cost cost =
        BOOK.cost(call("openai", "gpt-4o", null, NOW), usage(Long.MAX_VALUE, 0, 1), false, null);
    assertThat(cost.nanoUsd()).isNull();
    assertThat(cost.kind()).isEqualTo(Cost.Kind.UNPRICED);
  }

  @Test
  void letsAProjectSayItsOwnPrices() {
    PriceBook own =
        BOOK.withProjectRows(
            bytes(
                "[{\"id\":\"ours\",\"provider\":\"*\",\"model\":\"gpt-4o\",\"source\":\"contract\","
                    + "\"usdPerMillion\":{\"input\":\"1\",\"output\":\"2\"}}]"));
    PriceBook.Call call = call("openai", "gpt-4o", null, NOW);
    assertThat(own.cost(call, usage(1_000, 0, 1_000), false, null).nanoUsd()).isEqualTo(3_000_000L);
    assertThat(own.cost(call, usage(1, 0, 1), false, null).rowId()).isEqualTo("ours");
    assertThat(own.rowById("openai/gpt-4o")).isPresent();
  }

  @Test
  void pricesADatedAnswerByTheProjectsUndatedRow() {
    PriceBook own =
        BOOK.withProjectRows(
            bytes(
                "[{\"id\":\"ours\",\"provider\":\"*\",\"model\":\"gpt-4o\",\"source\":\"contract\","
                    + "\"usdPerMillion\":{\"input\":\"1\",\"output\":\"2\"}}]"));
    PriceBook.Call call = call("openai", "gpt-4o-2024-08-06", "gpt-4o", NOW);
    assertThat(BOOK.row(call)).map(PriceRow::id).hasValue("openai/gpt-4o");
    assertThat(own.row(call)).map(PriceRow::id).hasValue("ours");
  }

  @ParameterizedTest(name = "F-33 refuses {0}")
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"version\":1,\"rows\":[]}",
        "NaN",
        "1e3x",
        "-1",
        "0.0000001",
        "100001"
      })
  @DisplayName("F-33 a broken price list is refused whole")
  void refusesBrokenLists(String broken) {
    String list =
        broken.isEmpty() || broken.startsWith("{")
            ? broken
            : "{\"version\":2,\"rows\":[{\"id\":\"a\",\"provider\":\"p\",\"model\":\"m\","
                + "\"source\":\"s\",\"usdPerMillion\":{\"input\":\""
                + broken
                + "\"}}]}";
    assertThatThrownBy(() -> PriceBook.parse(bytes(list))).isInstanceOf(PriceBookException.class);
  }

  @Test
  @DisplayName("F-33 a list with one row twice or prices ten times off is refused")
  void refusesDoubledRowsAndJumps() {
    String row =
        "{\"id\":\"%s\",\"provider\":\"p\",\"model\":\"m\",\"source\":\"s\","
            + "\"usdPerMillion\":{\"input\":\"%s\"}}";
    String two =
        "{\"version\":1,\"rows\":["
            + row.formatted("a", "1")
            + ","
            + row.formatted("b", "1")
            + "]}";
    assertThatThrownBy(() -> PriceBook.parse(bytes(two))).hasMessageContaining("both price m");
    PriceBook old =
        PriceBook.parse(bytes("{\"version\":1,\"rows\":[" + row.formatted("a", "1") + "]}"));
    PriceBook tenfold =
        PriceBook.parse(bytes("{\"version\":2,\"rows\":[" + row.formatted("a", "10") + "]}"));
    assertThatThrownBy(() -> old.replacedBy(tenfold)).isInstanceOf(PriceBookException.class);
    PriceBook doubled =
        PriceBook.parse(bytes("{\"version\":2,\"rows\":[" + row.formatted("a", "2") + "]}"));
    assertThat(old.replacedBy(doubled).version()).isEqualTo(2);
  }

  @Test
  void soundAndPicturesHaveTheirOwnPrices() {
    Media media = new Media(100L, null, 50L, null, 200L, null);
    Usage sound = new Usage(1_000L, 10L, null, null, 20L, null, "OA_CHAT", false, media);
    // 1000 x 4 + 10 x 0.40 + 20 x 16 + 100 x 32 + 50 x 0.40 + 200 x 64, per million
    Cost cost = BOOK.cost(call("openai", "gpt-realtime", null, NOW), sound, false, null);
    assertThat(cost.nanoUsd()).isEqualTo(20_344_000L);
    assertThat(cost.kind()).isEqualTo(Cost.Kind.COMPUTED);
    Media pictures = new Media(null, 1_000L, null, 10L, null, null);
    Usage seen = new Usage(0L, 0L, null, null, 0L, null, "OA_CHAT", false, pictures);
    // one price for all input: 1000 x 2.50 + 10 x 1.25
    assertThat(BOOK.cost(call("openai", "gpt-4o", null, NOW), seen, false, null).nanoUsd())
        .isEqualTo(2_512_500L);
    // sound without a price is not called free, and pictures are not guessed beside sound
    Cost deaf = BOOK.cost(call("openai", "gpt-4o", null, NOW), sound, false, null);
    assertThat(deaf.kind()).isEqualTo(Cost.Kind.PARTIAL);
    Cost blind = BOOK.cost(call("openai", "gpt-realtime", null, NOW), seen, false, null);
    assertThat(blind.kind()).isEqualTo(Cost.Kind.PARTIAL);
  }

  /** Every published rate of sound, against an independent collection of them. */
  @Test
  void coversTheRatesOfSound() throws Exception {
    JsonNode collected = Json.mapper().readTree(Files.readAllBytes(Fixtures.file("prices.json")));
    Map<String, TokenClass> classes =
        Map.of(
            "input_audio_mtok", TokenClass.INPUT_AUDIO,
            "cache_audio_read_mtok", TokenClass.CACHE_READ_AUDIO,
            "output_audio_mtok", TokenClass.OUTPUT_AUDIO);
    List<String> wrong = new ArrayList<>();
    int rates = 0;
    for (JsonNode seller : collected) {
      for (JsonNode model : seller.path("models")) {
        for (Map.Entry<String, TokenClass> known : classes.entrySet()) {
          JsonNode rate = model.path("prices").path(known.getKey());
          if (!rate.isNumber() || !SOUND_SELLERS.contains(seller.path("id").asString())) {
            continue;
          }
          rates++;
          String id = model.path("id").asString();
          Optional<BigDecimal> told =
              BOOK.row(call(seller.path("id").asString(), id, null, NOW))
                  .map(row -> row.rates().of(known.getValue()));
          if (told.filter(usd -> usd.compareTo(rate.decimalValue()) == 0).isEmpty()) {
            wrong.add(id + " " + known.getKey());
          }
        }
      }
    }
    assertThat(rates).isPositive();
    assertThat(wrong).isEmpty();
  }

  @Property(tries = 300)
  void theFormulaAddsUpToTheCost(
      @ForAll @LongRange(min = 0, max = 1_000_000_000) long input,
      @ForAll @LongRange(min = 0, max = 1_000_000_000) long output) {
    PriceRow row = BOOK.rowById("anthropic/claude-opus-4-5").orElseThrow();
    Formula formula = Formula.of(row, usage(input, 0, output), null);
    BigDecimal sum =
        formula.lines().stream()
            .map(line -> new BigDecimal(line.usd()))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    assertThat(sum.subtract(BigDecimal.valueOf(Objects.requireNonNull(formula.nanoUsd()), 9)).abs())
        .isLessThanOrEqualTo(new BigDecimal("0.0000000005"));
  }

  @Test
  void namesASourceForEveryRow() {
    assertThat(BOOK.rows()).hasSizeGreaterThan(400);
    assertThat(BOOK.rows()).allMatch(row -> row.source().startsWith("https://"));
  }

  /** The flat prices of the two main sellers, against an independent collection of them. */
  @Test
  void coversTheModelsOfTheMainSellers() throws Exception {
    JsonNode collected = Json.mapper().readTree(Files.readAllBytes(Fixtures.file("prices.json")));
    List<String> wrong = new ArrayList<>();
    for (JsonNode seller : collected) {
      String name = seller.path("id").asString();
      if (!name.equals("openai") && !name.equals("anthropic")) {
        continue;
      }
      for (JsonNode model : seller.path("models")) {
        JsonNode input = model.path("prices").path("input_mtok");
        if (input.isNumber() && !agrees(name, model.path("id").asString(), input.decimalValue())) {
          wrong.add(model.path("id").asString());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean agrees(String seller, String model, BigDecimal input) {
    String name = model.replaceAll("[-.]+$", "");
    return BOOK.row(call(seller, name, null, NOW))
        .map(row -> row.rates().of(TokenClass.INPUT))
        .filter(usd -> usd.compareTo(input) == 0)
        .isPresent();
  }

  private static PriceBook.Call call(
      String provider, String model, @Nullable String tier, Instant at) {
    return new PriceBook.Call(provider, null, model, null, at, tier);
  }

  private static Usage usage(long input, long read, long output) {
    return new Usage(input, read, 0L, 0L, output, 0L, "OA_CHAT", false);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
