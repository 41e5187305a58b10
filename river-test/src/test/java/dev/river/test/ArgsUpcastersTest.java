package dev.river.test;

import static org.assertj.core.api.Assertions.assertThat;

import dev.river.work.Upcaster;
import dev.river.work.Workers;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Components that were renamed, and upcasters. */
class ArgsUpcastersTest extends StoredArgs {
  @Test
  void takesAMemberThatVanishedForAComponentThatAppeared() throws Exception {
    record Renamed(long order, String address) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\", \"year\": 2026}");
    stored("receipt", 2, "{\"order\": 7, \"address\": \"bob@example.com\"}");

    assertThat(failure(() -> withWorkers().verify(new Renamed(7, "a"))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.address: has no value, while \"email\" is not read any more, so it was probably renamed: add Upcaster.renamed(\"email\", \"address\") to the worker's upcasters; if not, let an Upcaster remove \"email\"",
                file("receipt", 1)));
  }

  @Test
  void noticesRenamedComponentsThatMayBeWithoutAValue() throws Exception {
    record Renamed(Optional<String> remark, @Nullable Instant since, int copies, List<String> all)
        implements Receipt {
      Renamed {
        all = all == null ? List.of() : all;
      }
    }
    stored(
        "receipt",
        1,
        "{\"note\": \"x\", \"at\": \"2026-01-02T03:04:05Z\", \"count\": 3, \"each\": [\"y\"]}");
    stored(
        "receipt",
        2,
        "{\"remark\": \"x\", \"since\": \"2026-01-02T03:04:05Z\", \"copies\": 3, \"all\": [\"y\"]}");

    String message =
        failure(
            () ->
                withWorkers()
                    .verify(new Renamed(Optional.of("x"), Instant.EPOCH, 1, List.of("z"))));

    assertThat(message)
        .contains("$.remark: has no value, while \"note\" or \"at\" is not read any more")
        .contains("$.since: has no value, while \"at\" is not read any more")
        .contains("$.copies: has no value, while \"count\" is not read any more")
        .contains("$.all: has no value, while \"each\" is not read any more");
  }

  @Test
  void noticesARenameThatTheConstructorRefuses() throws Exception {
    record Strict(long order, String address) implements Receipt {
      Strict {
        Objects.requireNonNull(address, "address");
      }
    }
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7, \"address\": \"bob@example.com\"}");

    assertThat(failure(() -> withWorkers().verify(new Strict(7, "a"))))
        .contains("$: args can't be read as " + Strict.class.getName())
        .endsWith(
            "; $.address has no value, while \"email\" is not read any more, so it was probably renamed: add Upcaster.renamed(\"email\", \"address\") to the worker's upcasters; if not, let an Upcaster remove \"email\"");
  }

  @Test
  void noticesARenameInsideOfARecord() throws Exception {
    record Point(int x, int height) {}
    record Nested(Point point) implements Receipt {}
    stored("receipt", 1, "{\"point\": {\"x\": 1, \"y\": 2}}");
    stored("receipt", 2, "{\"point\": {\"x\": 1, \"height\": 2}}");

    assertThat(failure(() -> withWorkers().verify(new Nested(new Point(1, 2)))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.point.height: has no value, while \"y\" is not read any more, so it was probably renamed: let an Upcaster of the worker rename it; if not, let an Upcaster remove \"y\"",
                file("receipt", 1)));
  }

  @Test
  void readsOldVersionsWithTheUpcastersOfTheWorker() throws Exception {
    record Present(long order, String address, int copies) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\", \"vip\": true}");
    stored("receipt", 2, "{\"order\": 7, \"address\": \"bob@example.com\", \"copies\": 0}");
    Workers workers =
        workers(
            Present.class,
            Upcaster.renamed("email", "address"),
            new Upcaster(args -> !args.containsKey("copies"), args -> with(args, "copies", 0)));

    builder().workers(workers).verify(new Present(7, "a", 1));

    assertThat(failure(() -> verify(new Present(7, "a", 1))))
        .startsWith("args and their stored versions have 2 problems:\n")
        .endsWith(
            "\nNo upcaster was applied, because no workers were given; builder().workers(...) does.");
  }

  @Test
  void anUpcasterThatRemovesAMemberSaysThatNothingWasRenamed() throws Exception {
    record Present(long order, Optional<String> remark) implements Receipt {}
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");
    stored("receipt", 2, "{\"order\": 7, \"remark\": \"x\"}");
    Upcaster removing =
        new Upcaster(
            args -> args.containsKey("email"),
            args -> {
              args.remove("email");
              return args;
            });

    builder().workers(workers(Present.class, removing)).verify(new Present(7, Optional.of("x")));
  }

  @Test
  void noticesAnUpcasterThatAppliesToTheWrongVersion() throws Exception {
    record Cents(long amount) implements Receipt {}
    stored("receipt", 1, "{\"amount\": 700}");
    Upcaster always =
        new Upcaster(
            args -> true,
            args -> with(args, "amount", ((int) Objects.requireNonNull(args.get("amount"))) + 0.5));

    assertThat(failure(() -> builder().workers(workers(Cents.class, always)).verify(new Cents(7))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $.amount: was 700.5, is 700 when it is read and written again",
                file("receipt", 1)));
  }

  @Test
  void tellsThatAnUpcasterFails() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"email\": \"bob@example.com\"}");
    Upcaster failing =
        new Upcaster(
            args -> true,
            args -> {
              throw new IllegalStateException("not today");
            });

    assertThat(
            failure(
                () ->
                    builder()
                        .workers(workers(ReceiptArgs.class, failing))
                        .verify(new ReceiptArgs(7, "a"))))
        .isEqualTo(
            problem(
                "kind \"receipt\", version 1 (%s), $: args can't be read as %s: not today",
                file("receipt", 1), ReceiptArgs.class.getName()));
  }

  @Test
  void refusesASampleOfAnotherClassThanItsWorkerReads() throws Exception {
    stored("receipt", 1, "{\"order\": 7, \"added\": 1}");

    assertThat(
            failure(() -> builder().workers(workers(ReceiptArgs.class)).verify(new IntArgs(7, 1))))
        .isEqualTo(
            problem(
                "kind \"receipt\": is read as %s by its worker, got a sample of %s",
                ReceiptArgs.class.getName(), IntArgs.class.getName()));
  }
}
