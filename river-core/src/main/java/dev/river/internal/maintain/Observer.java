package dev.river.internal.maintain;

import dev.river.internal.store.ClientStore.Registered;
import java.time.Duration;
import java.util.Collection;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * A client that looks whether others are gone.
 *
 * @param clientId the client
 * @param row its row in the fleet
 * @param steadyFor for how long it has been in touch with the database
 * @param isElder whether it is one of those that started first, which look after all others
 * @param known the jobs that it runs
 * @param nanos a clock that never goes back
 */
public record Observer(
    String clientId,
    Supplier<Registered> row,
    Supplier<Duration> steadyFor,
    BooleanSupplier isElder,
    Supplier<? extends Collection<Long>> known,
    LongSupplier nanos) {}
