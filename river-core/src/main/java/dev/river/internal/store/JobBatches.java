package dev.river.internal.store;

import dev.river.error.RiverException;
import dev.river.internal.codec.JsonCodec;
import dev.river.job.JobRow;
import dev.river.job.UniqueKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Inserts many jobs at once, and unique ones.
 *
 * <p>A duplicate leaves the existing row alone: not even its lock is taken, which would hold up the
 * result of its attempt for as long as the inserter's transaction lasts. That is why the existing
 * job is looked up by a statement of its own. It may have given its key up by then; the insert is
 * tried again in that case.
 */
public final class JobBatches {
  /** These bound what one statement makes client and server hold in memory. */
  private static final int MAX_ROWS = 5_000;

  private static final int MAX_CHARS = 8_000_000;

  /** So many times a key can't be freed between two statements; something else is wrong. */
  private static final int MAX_ROUNDS = 1_000;

  private final JobArrays arrays;

  /**
   * Creates it.
   *
   * @param schema the schema of River's tables; empty to follow the search path
   * @param codec reads what is stored
   */
  public JobBatches(Optional<String> schema, JsonCodec codec) {
    this.arrays = new JobArrays(schema, codec);
  }

  /**
   * Inserts jobs. Whether their time has come is decided by the database's clock. Of several with
   * one unique key the first one counts. Waits for other transactions that insert the same keys.
   *
   * @param db the transaction to insert in
   * @param jobs the jobs
   * @return what became of each, in the same order. The numbers of new jobs ascend, unless a key
   *     was freed at the very moment.
   */
  public List<StoredJob> insert(DSLContext db, List<NewJob> jobs) {
    Map<UniqueKey, JobRow> taken = new HashMap<>();
    List<StoredJob> stored = new ArrayList<>(jobs.size());
    for (int from = 0; from < jobs.size(); from = stored.size()) {
      List<NewJob> part = jobs.subList(from, endOfStatement(jobs, from));
      stored.addAll(insertPart(db, part, taken));
    }
    return stored;
  }

  private static int endOfStatement(List<NewJob> jobs, int from) {
    int to = from;
    long chars = 0;
    while (to < jobs.size() && to - from < MAX_ROWS && chars < MAX_CHARS) {
      chars += jobs.get(to).encodedArgs().length() + jobs.get(to).metadata().length();
      to++;
    }
    return to;
  }

  private List<StoredJob> insertPart(
      DSLContext db, List<NewJob> jobs, Map<UniqueKey, JobRow> taken) {
    @Nullable StoredJob[] stored = new StoredJob[jobs.size()];
    List<Integer> open = firstsOfTheirKey(jobs, taken);
    for (int round = 0; !open.isEmpty(); round++) {
      if (round == MAX_ROUNDS) {
        throw new RiverException("jobs are neither inserted nor found as duplicates", null);
      }
      insertNew(db, jobs, open, stored);
      open.removeIf(place -> stored[place] != null);
      findExisting(db, jobs, open, stored);
      open.removeIf(place -> stored[place] != null);
    }
    return results(jobs, stored, taken);
  }

  /** The places of the jobs that may be new: of each key the first one. */
  private static List<Integer> firstsOfTheirKey(List<NewJob> jobs, Map<UniqueKey, JobRow> taken) {
    List<Integer> firsts = new ArrayList<>();
    Set<UniqueKey> keys = new HashSet<>(taken.keySet());
    for (int place = 0; place < jobs.size(); place++) {
      if (jobs.get(place).uniqueness().map(unique -> keys.add(unique.key())).orElse(true)) {
        firsts.add(place);
      }
    }
    return firsts;
  }

  /** Rows come back in the order in which they were given, without those that met a conflict. */
  private void insertNew(
      DSLContext db, List<NewJob> jobs, List<Integer> places, @Nullable StoredJob[] stored) {
    Iterator<JobRow> inserted =
        arrays.insert(db, places.stream().map(jobs::get).toList()).iterator();
    @Nullable JobRow next = inserted.hasNext() ? inserted.next() : null;
    for (int place : places) {
      if (next != null && next.uniqueKey().equals(jobs.get(place).uniqueKey())) {
        stored[place] = new StoredJob(next, false);
        next = inserted.hasNext() ? inserted.next() : null;
      }
    }
  }

  private void findExisting(
      DSLContext db, List<NewJob> jobs, List<Integer> places, @Nullable StoredJob[] stored) {
    if (places.isEmpty()) {
      return;
    }
    Map<UniqueKey, JobRow> holders = new HashMap<>();
    List<UniqueKey> keys =
        places.stream().flatMap(place -> jobs.get(place).uniqueKey().stream()).toList();
    for (JobRow row : arrays.holders(db, keys)) {
      row.uniqueKey().ifPresent(key -> holders.put(key, row));
    }
    for (int place : places) {
      jobs.get(place)
          .uniqueKey()
          .map(holders::get)
          .ifPresent(holder -> stored[place] = new StoredJob(holder, true));
    }
  }

  private static List<StoredJob> results(
      List<NewJob> jobs, @Nullable StoredJob[] stored, Map<UniqueKey, JobRow> taken) {
    List<StoredJob> results = new ArrayList<>(jobs.size());
    for (int place = 0; place < jobs.size(); place++) {
      StoredJob own = stored[place];
      Optional<UniqueKey> key = jobs.get(place).uniqueKey();
      if (own != null) {
        results.add(own);
        key.ifPresent(held -> taken.put(held, own.row()));
      } else {
        key.map(taken::get).ifPresent(first -> results.add(new StoredJob(first, true)));
      }
    }
    return results;
  }
}
