package dev.whyops.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sound and pictures in what OpenAI and its look-alikes count; shapes as they document them. */
@DisplayName("events.md 3: audio and image tokens are classes of their own")
class MediaTokensTest {

  @Test
  void soundInAndOutOfAChat() {
    Usage usage =
        chat(
            """
            {"prompt_tokens":120,"completion_tokens":90,"total_tokens":210,
             "prompt_tokens_details":{"cached_tokens":20,"audio_tokens":50},
             "completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":70}}\
            """);
    check(usage, 50L, 20L, 20L, new Media(50L, null, null, null, 70L, null));
  }

  @Test
  void theCachedPartIsToldByMedium() {
    Usage usage =
        chat(
            """
            {"input_tokens":200,"output_tokens":10,"total_tokens":210,
             "input_token_details":{"text_tokens":80,"audio_tokens":90,"image_tokens":30,
              "cached_tokens":100,
              "cached_tokens_details":{"text_tokens":40,"audio_tokens":50,"image_tokens":10}},
             "output_token_details":{"text_tokens":4,"audio_tokens":6}}\
            """);
    check(usage, 40L, 40L, 4L, new Media(40L, 20L, 50L, 10L, 6L, null));
  }

  @Test
  void picturesThatOnlyTheCacheCanHoldCameFromIt() {
    Usage usage =
        chat(
            """
            {"prompt_tokens":1000,"completion_tokens":5,"total_tokens":1005,
             "prompt_tokens_details":{"text_tokens":200,"image_tokens":800,"cached_tokens":900}}\
            """);
    check(usage, 0L, 200L, 5L, new Media(null, 100L, null, 700L, null, null));
  }

  @Test
  void nothingToldIsNotZeroAndZeroIsToldAsZero() {
    Usage silent = chat("{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4}");
    assertThat(silent.media()).isEqualTo(Media.NONE);
    Usage zero =
        chat(
            "{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4,"
                + "\"prompt_tokens_details\":{\"audio_tokens\":0}}");
    assertThat(zero.media().inputAudio()).isZero();
    assertThat(zero.media().outputAudio()).isNull();
  }

  @Test
  void moreSoundThanCompletionIsKeptAndMarked() {
    Usage usage =
        chat(
            "{\"prompt_tokens\":3,\"completion_tokens\":1,\"total_tokens\":4,"
                + "\"completion_tokens_details\":{\"audio_tokens\":9}}");
    assertThat(usage.inconsistent()).isTrue();
    assertThat(usage.output()).isEqualTo(-8);
    assertThat(usage.total()).isEqualTo(4);
  }

  private static void check(
      Usage usage, @Nullable Long input, @Nullable Long read, @Nullable Long output, Media media) {
    assertThat(usage.media()).isEqualTo(media);
    assertThat(usage.input()).isEqualTo(input);
    assertThat(usage.cacheRead()).isEqualTo(read);
    assertThat(usage.output()).isEqualTo(output);
    assertThat(usage.inconsistent()).isFalse();
  }

  private static Usage chat(String usage) {
    byte[] body =
        ("{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"gpt-audio\",\"choices\":[],"
                + "\"usage\":"
                + usage
                + "}")
            .getBytes(StandardCharsets.UTF_8);
    AnswerFacts answer =
        Dialect.of(ProviderType.OPENAI)
            .answer(CallKind.CHAT_COMPLETIONS, 200, "application/json", body);
    return Objects.requireNonNull(answer.usage());
  }
}
