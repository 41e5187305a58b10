package dev.river.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  private static final long[] COMMITS = {100, 200, 300, 0, 400};
  private static final long[] STARTS = {250, 0, 350, 0, 0};

  private final Backlog backlog = new Backlog(new Commits(0, COMMITS), STARTS);

  @Test
  void isWhatIsCommittedAndHasNotBegun() {
    assertThat(backlog.at(150)).isEqualTo(1);
    assertThat(backlog.at(210)).isEqualTo(2);
    assertThat(backlog.at(260)).isEqualTo(1);
    assertThat(backlog.at(500)).isEqualTo(2);
  }

  @Test
  void growsByWhatComesWithoutBeginning() {
    assertThat(backlog.growth(150, 150 + 1_000_000_000)).isEqualTo(1);
  }
}
