package dev.river.test.junit;

import dev.river.RiverClientBuilder;
import java.util.function.BiConsumer;
import javax.sql.DataSource;

/**
 * What tests are given.
 *
 * @param databases where they come from
 * @param isolation how tests are kept apart
 * @param client sets what the client of a test is to have
 */
record RiverSettings(
    PreparedDatabases databases,
    Isolation isolation,
    BiConsumer<RiverClientBuilder, DataSource> client) {}
