package dev.river.test.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a server is and how to log in, read from a JDBC URL or from one as libpq takes it.
 *
 * @param hosts one or more names or addresses, each with a port or without, separated by commas
 * @param database the database to connect to when another one is created
 * @param parameters the connection's properties by the names of the JDBC driver, decoded
 */
record ServerUrl(String hosts, String database, Map<String, String> parameters) {
  private static final String HOST = "(?:\\[[^]]*]|[^]\\[:,@/?%]*)(?::[0-9]+)?";
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>jdbc:postgresql|postgres|postgresql)://"
              + "(?:(?<user>[^:@/?]*)(?::(?<password>[^/?]*))?@)?"
              + "(?<hosts>%1$s(?:,%1$s)*)".formatted(HOST)
              + "(?:/(?<database>[^?]*))?"
              + "(?:\\?(?<parameters>.*))?");

  /** The driver accepts a URL without a host too: {@code jdbc:postgresql:database}. */
  private static final Pattern JDBC_WITHOUT_HOST = Pattern.compile("^jdbc:postgresql:/?(?!/)");

  /** Properties that libpq spells differently. */
  private static final Map<String, String> LIBPQ_NAMES =
      Map.of("application_name", "ApplicationName", "connect_timeout", "connectTimeout");

  /** What libpq also takes as a parameter and the driver would pass over. */
  private static final Set<String> NOT_AS_PARAMETER = Set.of("host", "port", "dbname");

  static ServerUrl parse(String url) {
    String full = JDBC_WITHOUT_HOST.matcher(url.strip()).replaceFirst("jdbc:postgresql:///");
    Matcher matcher = URL.matcher(full);
    if (!matcher.matches()) {
      throw malformed(url);
    }
    try {
      return read(matcher);
    } catch (IllegalArgumentException e) { // a stray percent sign, or a name that is not allowed
      throw malformed(url);
    }
  }

  String jdbc(String otherDatabase) {
    String query =
        parameters.entrySet().stream()
            .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    return "jdbc:postgresql://" + hosts + "/" + encode(otherDatabase) + "?" + query;
  }

  /** {@return the place, without user and password} */
  @Override
  public String toString() {
    return hosts + "/" + database;
  }

  private static ServerUrl read(Matcher matcher) {
    boolean jdbc = matcher.group("scheme").startsWith("jdbc");
    UnaryOperator<String> decode = jdbc ? ServerUrl::decode : ServerUrl::decodeKeepingPlus;
    Map<String, String> parameters = new LinkedHashMap<>();
    group(matcher, "user").ifPresent(user -> parameters.put("user", decode.apply(user)));
    group(matcher, "password").ifPresent(word -> parameters.put("password", decode.apply(word)));
    group(matcher, "parameters")
        .ifPresent(query -> parameters.putAll(parameters(query, jdbc, decode)));
    return new ServerUrl(
        group(matcher, "hosts").orElse("localhost"),
        group(matcher, "database").map(decode).orElse("postgres"),
        parameters);
  }

  private static Map<String, String> parameters(
      String query, boolean jdbc, UnaryOperator<String> decode) {
    Map<String, String> parameters = new LinkedHashMap<>();
    Arrays.stream(query.split("&"))
        .filter(parameter -> !parameter.isEmpty())
        .map(parameter -> parameter.split("=", 2))
        .forEach(
            pair -> {
              String name = decode.apply(pair[0]);
              if (NOT_AS_PARAMETER.contains(name)) {
                throw new IllegalArgumentException(name);
              }
              String value = pair.length == 2 ? decode.apply(pair[1]) : "";
              parameters.put(jdbc ? name : LIBPQ_NAMES.getOrDefault(name, name), value);
            });
    return parameters;
  }

  private static Optional<String> group(Matcher matcher, String name) {
    return Optional.ofNullable(matcher.group(name)).filter(value -> !value.isEmpty());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, UTF_8);
  }

  /** A plus sign means a space to the JDBC driver and itself to libpq. */
  private static String decodeKeepingPlus(String text) {
    return decode(text.replace("+", "%2B"));
  }

  private static IllegalArgumentException malformed(String url) {
    String withoutPassword =
        url.replaceAll("//.*@", "//...@").replaceAll("(password=)[^&]*", "$1...");
    return new IllegalArgumentException(
        "a server's URL must be jdbc:postgresql://host:port/database?parameters"
            + " or postgres://user:password@host:port/database?parameters, got: "
            + withoutPassword);
  }
}
