package dev.whyops.proxy;

import dev.whyops.http.ApiException;
import io.netty.channel.EventLoop;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Looks up off the loop what may block, and goes on with the answer on the loop. */
record LookUps(Executor blocking, EventLoop loop) {
  /**
   * @param refused also told when the look-up fails for a reason of its own
   */
  <T> void run(Supplier<T> lookUp, Consumer<T> next, Consumer<ApiException> refused) {
    blocking.execute(
        () -> {
          try {
            T answer = lookUp.get();
            loop.execute(() -> next.accept(answer));
          } catch (ApiException e) {
            loop.execute(() -> refused.accept(e));
          } catch (RuntimeException e) {
            Faults.note("look-up", e);
            loop.execute(() -> refused.accept(CallRefusals.unavailable()));
          }
        });
  }
}
