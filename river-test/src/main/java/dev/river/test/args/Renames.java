package dev.river.test.args;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds the name that a component had before. */
final class Renames {
  private Renames() {}

  /**
   * {@return those members that a component may be, because its type reads and writes their values
   * without changing them}
   *
   * @param component a component that the object doesn't have
   * @param object what is stored
   * @param unread its members that no component is read from
   */
  static List<String> of(Component component, @Nullable Object object, Set<String> unread) {
    return object instanceof Map<?, ?> members
        ? unread.stream().filter(name -> fits(component, members.get(name))).toList()
        : List.of();
  }

  private static boolean fits(Component component, @Nullable Object stored) {
    return stored != null
        && Json.INSPECTION
            .readAs(stored, component.type())
            .filter(written -> Json.type(written).equals(Json.type(stored)))
            .filter(written -> Json.covers(written, stored))
            .isPresent();
  }

  /** {@return the components of a record that were probably renamed since an object was stored} */
  static List<Finding.Renamed> in(Class<?> record, Map<?, ?> object) {
    List<Component> components = Component.of(record);
    Set<String> unread =
        object.keySet().stream()
            .map(String::valueOf)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    components.forEach(component -> unread.removeAll(component.names()));
    List<Finding.Renamed> renamed = new ArrayList<>();
    for (Component component : components) {
      List<String> oldNames =
          component.nameIn(object).isPresent() ? List.of() : of(component, object, unread);
      if (!oldNames.isEmpty()) {
        renamed.add(
            new Finding.Renamed(Finding.ROOT + "." + component.name(), component.name(), oldNames));
      }
    }
    return renamed;
  }
}
