package dev.river.internal.insert;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.river.internal.codec.JsonCodec;
import dev.river.job.InsertOpts;
import dev.river.job.JobArgs;
import dev.river.job.UniqueKey;
import dev.river.job.UniqueOpts;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Computes the keys of unique jobs, byte for byte as River clients of other languages do. Source:
 * River's dbunique, of release 0.48 and later.
 */
public final class UniqueKeys {
  /** Periods are counted from here, as Go's Time.Truncate does, and not from 1970. */
  private static final Instant YEAR_ONE = Instant.parse("0001-01-01T00:00:00Z");

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'", Locale.ROOT);

  private static final BigInteger NANOS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

  private final JsonCodec codec;
  private final InstantSource clock;

  /**
   * Creates it.
   *
   * @param codec selects arguments
   * @param clock tells in which period an insert lies whose time isn't set. It is the inserter's:
   *     the key must be known before the job reaches the database.
   */
  public UniqueKeys(JsonCodec codec, InstantSource clock) {
    this.codec = codec;
    this.clock = clock;
  }

  /**
   * {@return the key of a unique job}
   *
   * @param args its arguments
   * @param encodedArgs its arguments as they are stored
   * @param queue its queue
   * @param opts its options, resolved
   * @param unique what makes it unique; not empty
   */
  UniqueKey key(
      JobArgs args, String encodedArgs, String queue, InsertOpts opts, UniqueOpts unique) {
    return new UniqueKey(
        HexFormat.of().formatHex(sha256(text(args, encodedArgs, queue, opts, unique))));
  }

  /** {@return what the key is a hash of} */
  String text(JobArgs args, String encodedArgs, String queue, InsertOpts opts, UniqueOpts unique) {
    StringBuilder text = new StringBuilder();
    if (!unique.excludeKind()) {
      text.append("&kind=").append(args.kind());
    }
    if (unique.byArgs()) {
      text.append("&args=").append(codec.uniqueArgs(args.getClass(), encodedArgs));
    }
    unique
        .byPeriod()
        .ifPresent(
            period ->
                text.append("&period=")
                    .append(periodOf(opts.scheduledAt().orElseGet(clock::instant), period)));
    if (unique.byQueue()) {
      text.append("&queue=").append(queue);
    }
    return text.toString();
  }

  private static String periodOf(Instant time, Duration period) {
    BigInteger length = nanos(period);
    BigInteger passed = nanos(Duration.between(YEAR_ONE, time));
    BigInteger start = passed.divide(length).multiply(length);
    return YEAR_ONE
        .plusSeconds(start.divide(NANOS_PER_SECOND).longValueExact())
        .atOffset(ZoneOffset.UTC)
        .format(SECONDS);
  }

  /** Since the year 1 more nanoseconds have passed than a long can count. */
  private static BigInteger nanos(Duration duration) {
    return BigInteger.valueOf(duration.getSeconds())
        .multiply(NANOS_PER_SECOND)
        .add(BigInteger.valueOf(duration.getNano()));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
