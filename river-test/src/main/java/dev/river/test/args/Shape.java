package dev.river.test.args;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The names and types of JSON, without its values. The keys of a map are values, those of a record
 * are names; so it takes a look at what the JSON stands for.
 *
 * @param types the types that were seen: one, or more among the elements of a list
 * @param members the members of objects
 * @param elements what the elements of lists and the values of maps have in common; empty if there
 *     are none
 */
record Shape(Set<String> types, Map<String, Shape> members, Optional<Shape> elements) {

  /**
   * {@return the shape of JSON}
   *
   * @param tree the JSON
   * @param guide what it stands for; null if that can't be told
   */
  static Shape of(@Nullable Object tree, @Nullable Object guide) {
    Object value = Values.unwrapped(guide);
    Set<String> types = new TreeSet<>(Set.of(Json.type(tree)));
    if (tree instanceof List<?> list) {
      return new Shape(
          types, Map.of(), merged(elements(list, Values.elements(value, list.size()))));
    }
    if (tree instanceof Map<?, ?> object && value instanceof Map<?, ?> map) {
      return new Shape(types, Map.of(), merged(entries(object, map)));
    }
    return new Shape(
        types,
        tree instanceof Map<?, ?> object ? members(object, value) : Map.of(),
        Optional.empty());
  }

  private static List<Shape> elements(List<?> list, List<@Nullable Object> values) {
    List<Shape> shapes = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      shapes.add(of(list.get(i), values.get(i)));
    }
    return shapes;
  }

  private static List<Shape> entries(Map<?, ?> object, Map<?, ?> map) {
    return object.keySet().stream()
        .map(String::valueOf)
        .map(name -> of(object.get(name), Values.entry(map, name)))
        .toList();
  }

  private static Map<String, Shape> members(Map<?, ?> object, @Nullable Object value) {
    Map<String, Shape> members = new TreeMap<>();
    object.forEach((name, member) -> members.put(String.valueOf(name), of(member, null)));
    if (value instanceof Record record) {
      for (Component component : Component.of(record.getClass())) {
        members.computeIfPresent(
            component.name(), (name, blind) -> of(object.get(name), component.valueIn(record)));
      }
    }
    return members;
  }

  private static Optional<Shape> merged(Collection<Shape> shapes) {
    return shapes.stream().reduce(Shape::and);
  }

  private Shape and(Shape other) {
    Set<String> allTypes = new TreeSet<>(types);
    allTypes.addAll(other.types);
    Map<String, Shape> allMembers = new TreeMap<>(members);
    other.members.forEach((name, shape) -> allMembers.merge(name, shape, Shape::and));
    Optional<Shape> allElements =
        elements.isPresent() && other.elements.isPresent()
            ? Optional.of(elements.get().and(other.elements.get()))
            : elements.or(other::elements);
    return new Shape(allTypes, allMembers, allElements);
  }

  /** {@return what this has that an older shape doesn't have, or the reverse, for each place} */
  List<String> changesSince(Shape older) {
    List<String> changes = new ArrayList<>();
    addChangesSince(older, Finding.ROOT, changes);
    return changes;
  }

  /** What is null or empty now says nothing of its type: the older shape knows more. */
  private void addChangesSince(Shape older, String path, List<String> changes) {
    Set<String> added = new TreeSet<>(types);
    added.remove("null");
    added.removeAll(older.types);
    if (!added.isEmpty()) {
      changes.add("%s was %s and is %s".formatted(path, words(older.types), words(types)));
      return;
    }
    if (types.contains("object")) {
      addMembers(older, path, changes);
    }
    elements.ifPresent(
        now ->
            older.elements.ifPresentOrElse(
                before -> now.addChangesSince(before, path + "[]", changes),
                () -> changes.add("%s[] is new (%s)".formatted(path, words(now.types)))));
  }

  private void addMembers(Shape older, String path, List<String> changes) {
    members.forEach(
        (name, now) -> {
          Shape before = older.members.get(name);
          if (before == null) {
            changes.add("%s.%s is new (%s)".formatted(path, name, words(now.types)));
          } else {
            now.addChangesSince(before, path + "." + name, changes);
          }
        });
    older.members.keySet().stream()
        .filter(name -> !members.containsKey(name))
        .forEach(name -> changes.add("%s.%s is gone".formatted(path, name)));
  }

  private static String words(Set<String> types) {
    return String.join(" or ", types);
  }
}
