package dev.river.internal.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.Param;
import org.jooq.Query;
import org.jspecify.annotations.Nullable;

/**
 * A statement that jOOQ builds once for a configuration: to build one takes longer than to send it.
 * What is different each time are its named parameters, each of which occurs in it once.
 * Thread-safe.
 */
final class KeptStatement {
  private final Supplier<? extends Query> query;

  /**
   * Creates it.
   *
   * @param query builds it
   */
  KeptStatement(Supplier<? extends Query> query) {
    this.query = query;
  }

  private record Text(String sql, List<Param<?>> params) {
    List<Object> values(Map<String, ?> named) {
      return params.stream().map(param -> value(param, named)).toList();
    }

    private static Object value(Param<?> param, Map<String, ?> named) {
      @Nullable String name = param.getParamName();
      @Nullable Object value = name == null ? param.getValue() : named.get(name);
      if (value == null) {
        throw new IllegalStateException("no value for parameter " + param.getName());
      }
      return value;
    }
  }

  /**
   * Runs it.
   *
   * @param db where to run
   * @param values those of its named parameters
   * @param reader what it makes of each row
   */
  <T> List<T> fetch(DSLContext db, Map<String, ?> values, DirectRows.Reader<T> reader) {
    Text text = text(db);
    return DirectRows.fetch(db, text.sql(), text.values(values), reader);
  }

  private Text text(DSLContext db) {
    return db.configuration().data(Texts.class) instanceof Texts kept
        ? kept.ofStatements.computeIfAbsent(this, statement -> statement.build(db))
        : build(db);
  }

  private Text build(DSLContext db) {
    Query built = query.get();
    String sql = db.render(built);
    List<Param<?>> params =
        db.extractParams(built).values().stream()
            .filter(param -> !param.isInline())
            .collect(Collectors.toUnmodifiableList());
    if (params.size() != db.extractBindValues(built).size()) {
      throw new IllegalStateException("a named parameter occurs twice in " + sql);
    }
    return new Text(sql, params);
  }

  /**
   * Has the texts of statements kept that are built for a configuration or for one that is derived
   * from it, in all of which they are to be the same.
   */
  static void keepTexts(Configuration configuration) {
    configuration.data(Texts.class, new Texts());
  }

  private static final class Texts {
    private final ConcurrentMap<KeptStatement, Text> ofStatements = new ConcurrentHashMap<>();
  }
}
