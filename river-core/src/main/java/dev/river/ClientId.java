package dev.river;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Makes names for clients that people can read: host, time and a number against coincidence. */
final class ClientId {
  private static final int MAX_HOST_LENGTH = 60;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd'T'HH_mm_ss_SSSSSS", Locale.ROOT);

  private ClientId() {}

  static String generate() {
    return "%s_%s_%s"
        .formatted(
            host(),
            TIME.format(LocalDateTime.now(ZoneOffset.UTC)),
            HexFormat.of().toHexDigits((short) ThreadLocalRandom.current().nextInt(1 << 16)));
  }

  private static String host() {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName().replace('.', '_');
    } catch (UnknownHostException e) {
      name = "unknown_host"; // a machine without a name can work jobs all the same
    }
    return name.length() <= MAX_HOST_LENGTH ? name : name.substring(0, MAX_HOST_LENGTH);
  }
}
