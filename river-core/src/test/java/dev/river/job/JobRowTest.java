package dev.river.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRowTest {
  private static final AttemptError ERROR = new AttemptError(Instant.EPOCH, 1, "failed", "");

  @Test
  void doesNotFollowTheListsItWasMadeOf() {
    List<String> tags = new ArrayList<>(List.of("tag"));
    List<AttemptError> errors = new ArrayList<>(List.of(ERROR));
    List<String> attemptedBy = new ArrayList<>(List.of("client"));

    JobRow row = new JobRowBuilder().tags(tags).errors(errors).attemptedBy(attemptedBy).build();
    tags.clear();
    errors.clear();
    attemptedBy.clear();

    assertThat(row.tags()).containsExactly("tag");
    assertThat(row.errors()).containsExactly(ERROR);
    assertThat(row.attemptedBy()).containsExactly("client");
  }

  @Test
  void givesOutListsThatNobodyCanChange() {
    List<String> tags = new ArrayList<>(List.of("tag"));
    JobRow row = new JobRowBuilder().tags(tags).failures(1).build();

    assertRefusesChange(row.tags(), "more");
    assertRefusesChange(row.errors(), ERROR);
    assertRefusesChange(row.attemptedBy(), "more");
  }

  private static <T> void assertRefusesChange(List<T> list, T more) {
    assertThatThrownBy(() -> list.add(more)).isInstanceOf(UnsupportedOperationException.class);
  }
}
