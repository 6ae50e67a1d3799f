package dev.whyops.pace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class BackgroundTest {
  /** Fields of proc(5) are counted behind the name of the thread, which may hold spaces. */
  private static final int NICE_AFTER_NAME = 16;

  private static final int NICE_MAX = 19;

  @Test
  void aThreadStepsBehindTheOthersAndTakesNobodyWithIt() throws Exception {
    int own = nice();
    assertThat(onOtherThread()).isEqualTo(Math.min(own + Background.BY, NICE_MAX));
    assertThat(nice()).isEqualTo(own);
  }

  private static int onOtherThread() throws ExecutionException, InterruptedException {
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              Background.enter();
              try {
                seen.complete(nice());
              } catch (IOException e) {
                seen.completeExceptionally(e);
              }
            });
    return seen.get();
  }

  private static int nice() throws IOException {
    String stat = Files.readString(Path.of("/proc/thread-self/stat"));
    return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[NICE_AFTER_NAME]);
  }
}
