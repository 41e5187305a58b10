package dev.river.periodic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @Test
  void anIntervalIsCountedFromTheTimeBefore() {
    Schedule schedule = Schedule.every(Duration.ofMinutes(15));

    assertThat(schedule.next(at("2026-01-02T03:04:05.678Z")))
        .contains(at("2026-01-02T03:19:05.678Z"));
    assertThat(schedule.text()).isEqualTo("every PT15M");
    assertThat(schedule.next(Instant.MAX)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT0.099999S", "-PT1H", "PT876601H"})
  void anIntervalOutOfRangeIsRefused(Duration interval) {
    assertThatThrownBy(() -> Schedule.every(interval))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("interval must be 100 ms to 36525 days, got: " + interval);
  }

  /** robfig/cron's ConstantDelaySchedule, which River's clients in Go use. */
  @ParameterizedTest
  @CsvSource({
    "@every 15m, 2012-07-09T14:45:00.678Z, 2012-07-09T15:00:00Z",
    "@every 1h2m3.999s, 2012-07-09T14:45:59.999999Z, 2012-07-09T15:48:02Z",
    "@every 1ms, 2012-07-09T14:45:00.000001Z, 2012-07-09T14:45:01Z",
    "@every 2s, 2012-07-09T14:45:00Z, 2012-07-09T14:45:02Z",
  })
  void everySomeTimeIsDueAtFullSeconds(String expression, Instant after, Instant next) {
    Schedule schedule = Schedule.cron(expression, BERLIN);

    assertThat(schedule.next(after)).contains(next);
    assertThat(schedule.skip(after, next.plusMillis(1)).isBefore(next.plusMillis(1))).isTrue();
  }

  @Test
  void neverHasNoNextTime() {
    assertThat(Schedule.never().next(Instant.EPOCH)).isEmpty();
  }

  /** The cases of robfig/cron's own tests among them, on a Monday. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * * *                | 2012-07-09T14:45:00Z | 2012-07-09T14:46:00Z
          0/15 * * * *             | 2012-07-09T14:45:00Z | 2012-07-09T15:00:00Z
          20-35/15 * * * *         | 2012-07-09T14:45:00Z | 2012-07-09T15:20:00Z
          */60 * * * *             | 2012-07-09T14:45:00Z | 2012-07-09T15:00:00Z
          0 */24 * * *             | 2012-07-09T14:45:00Z | 2012-07-10T00:00:00Z
          */15 * * * * *           | 2012-07-09T14:45:59Z | 2012-07-09T14:46:00Z
          5 0 0 29 Feb ?           | 2012-07-09T23:35:51Z | 2016-02-29T00:00:05Z
          0 0 29 2 *               | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
          30 8 * * Mon-fri         | 2012-07-13T08:30:00Z | 2012-07-16T08:30:00Z
          0 0 1,15 * Sun           | 2012-07-09T00:00:00Z | 2012-07-15T00:00:00Z
          0 0 1,15 * Sun           | 2012-07-15T00:00:00Z | 2012-07-22T00:00:00Z
          0 0 13 * FRI             | 2012-07-09T00:00:00Z | 2012-07-13T00:00:00Z
          0 0 * * Sun              | 2012-07-09T00:00:00Z | 2012-07-15T00:00:00Z
          0 0 */10 * Sun           | 2012-07-09T00:00:00Z | 2012-07-11T00:00:00Z
          0 0 ? * 0,1              | 2012-07-09T00:00:00Z | 2012-07-15T00:00:00Z
          0 0 10/10 jul-Aug ?      | 2012-07-09T00:00:00Z | 2012-07-10T00:00:00Z
          @hourly                  | 2012-07-09T14:45:00Z | 2012-07-09T15:00:00Z
          @daily                   | 2012-07-09T14:45:00Z | 2012-07-10T00:00:00Z
          @midnight                | 2012-07-09T14:45:00Z | 2012-07-10T00:00:00Z
          @weekly                  | 2012-07-09T14:45:00Z | 2012-07-15T00:00:00Z
          @monthly                 | 2012-07-09T14:45:00Z | 2012-08-01T00:00:00Z
          @yearly                  | 2012-07-09T14:45:00Z | 2013-01-01T00:00:00Z
          @annually                | 2012-07-09T14:45:00Z | 2013-01-01T00:00:00Z
          @every 15m               | 2012-07-09T14:45:00Z | 2012-07-09T15:00:00Z
          @every 1h30m10s          | 2012-07-09T14:45:00Z | 2012-07-09T16:15:10Z
          @every 1.5h              | 2012-07-09T14:45:00Z | 2012-07-09T16:15:00Z
          @every 10ms              | 2012-07-09T14:45:00Z | 2012-07-09T14:45:01Z
          CRON_TZ=Asia/Tokyo 0 9 * * * | 2012-07-09T14:45:00Z | 2012-07-10T00:00:00Z
          TZ=America/New_York @daily   | 2012-07-09T14:45:00Z | 2012-07-10T04:00:00Z
          """)
  void aCronExpressionIsDueWhenGosRobfigSaysSo(String expression, Instant after, Instant next) {
    assertThat(Schedule.cron(expression).next(after)).contains(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          * * * *        | it must have 5 fields, or 6 with seconds, but has 4
          ''             | it must have 5 fields, or 6 with seconds, but has 0
          * * * * * * *  | it must have 5 fields, or 6 with seconds, but has 7
          60 * * * *     | its minute must be 0 to 59, as values, ranges, steps or lists of these, not "60" (Value 60 not in range [0, 59])
          * 24 * * *     | its hour must be 0 to 23
          * * 0 * *      | its day of month must be 1 to 31
          * * * 13 *     | its month must be 1 to 12
          * * * * 7      | its day of week must be 0 to 6
          * * * * L      | its day of week must be
          * * 15W * *    | its day of month must be
          */0 * * * *    | its minute must be
          5-1 * * * *    | a range must not begin after its end, as 5-1 does
          * * * * SAT-SUN | a range must not begin after its end, as 6-0 does
          1,,2 * * * *   | its minute must be
          -1 * * * *     | its minute must be
          MON * * * *    | its minute must be
          a * * * *      | its minute must be
          0 0 30 2 *     | its months must have a day such as its days of month
          0 0 31 4,6,9,11 * | its months must have a day such as its days of month
          @reboot        | what begins with @ must be one of
          @every         | what begins with @ must be one of
          @every 15      | the time after @every must be numbers with units
          @every -15m    | the time after @every must be numbers with units
          @every 99999999999999999999h | the time after @every is too long
          CRON_TZ=Nowhere/Land * * * * * | Nowhere/Land
          CRON_TZ=Europe/Paris | it must have 5 fields
          """)
  void anExpressionThatIsNotValidIsRefusedWithTheRule(String expression, String rule) {
    assertThatThrownBy(() -> Schedule.cron(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("cron expression is not valid: ")
        .hasMessageContaining(rule)
        .hasMessageEndingWith(", got: \"%s\"", expression);
  }

  @Test
  void theTextOfAnExpressionIsThatOfItsFieldsAndZone() {
    assertThat(Schedule.cron("  30  3 * * mon-fri ", BERLIN).text())
        .isEqualTo("cron 30 3 * * MON-FRI Europe/Berlin")
        .isEqualTo(Schedule.cron("CRON_TZ=Europe/Berlin 30 3 * * MON-FRI").text());
    assertThat(Schedule.cron("@daily").text()).isEqualTo("cron 0 0 * * * Z");
    assertThat(Schedule.cron("@every 90s").text())
        .isEqualTo(Schedule.every(Duration.ofSeconds(90)).text());
  }

  @Test
  void aTimeThatClocksJumpOverIsDueAtTheJump() {
    // 02:00 becomes 03:00
    assertThat(runs("30 2 * * *", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z"))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
    assertThat(runs("*/20 2 * * *", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"))
        .containsExactly("2026-03-29T01:00:00Z");
    assertThat(runs("0 2,3 * * *", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"))
        .as("02:00 and 03:00 are the same moment")
        .containsExactly("2026-03-29T01:00:00Z");
  }

  @Test
  void whatIsDueInEveryHourMissesNoneAtTheJump() {
    assertThat(runs("30 * * * *", "2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"))
        .containsExactly("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
  }

  @Test
  void aFixedTimeIsDueInTheFirstOfTwoEqualHoursOnly() {
    // 03:00 becomes 02:00
    assertThat(runs("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
    assertThat(runs("0 1-3 * * *", "2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z"))
        .containsExactly("2026-10-24T23:00:00Z", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z");
    assertThat(Schedule.cron("30 2 * * *", BERLIN).next(at("2026-10-25T01:15:00Z")))
        .as("asked in the second of the hours")
        .contains(at("2026-10-26T01:30:00Z"));
  }

  @Test
  void whatRecursIsDueInBothOfTwoEqualHours() {
    assertThat(runs("30 * * * *", "2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z"))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z");
    assertThat(runs("*/30 2 * * *", "2026-10-24T23:59:00Z", "2026-10-25T03:00:00Z"))
        .containsExactly(
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z");
  }

  @Test
  void aDayThatAPlaceSkippedIsMadeUpForWhenTheNextOneBegins() {
    // Samoa went from 29 to 31 December 2011
    Optional<Instant> next =
        Schedule.cron("0 12 30 12 *", ZoneId.of("Pacific/Apia")).next(at("2011-12-01T00:00:00Z"));

    assertThat(next).contains(at("2011-12-30T10:00:00Z"));
  }

  private static List<String> runs(String expression, String after, String until) {
    Schedule schedule = Schedule.cron(expression, BERLIN);
    List<String> runs = new ArrayList<>();
    Instant last = at(until);
    for (Instant run = schedule.next(at(after)).orElseThrow();
        !run.isAfter(last);
        run = schedule.next(run).orElseThrow()) {
      runs.add(run.toString());
    }
    return runs;
  }

  private static Instant at(String time) {
    return Instant.parse(time);
  }
}
