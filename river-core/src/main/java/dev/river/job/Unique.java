package dev.river.job;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the components of arguments that {@link UniqueOpts.Builder#byArgs} looks at. If no
 * component of a class is marked, it looks at all of them.
 *
 * <pre>{@code
 * record InvoiceArgs(@Unique long account, String note) implements JobArgs { ... }
 * }</pre>
 *
 * <p>Components of a record inside the arguments may be marked too, whether or not the component
 * that holds that record is. A marked component whose own record marks none counts whole. Where the
 * same record class occurs twice in the arguments, its marks count in the first place only, as in
 * River clients of other languages.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Unique {}
