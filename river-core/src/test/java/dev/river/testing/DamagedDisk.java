package dev.river.testing;

import org.jooq.DSLContext;

/** A disk that loses what was written. */
public final class DamagedDisk {
  private DamagedDisk() {}

  /**
   * Gives a job metadata that is stored out of line, and loses all of the table that is stored so.
   *
   * @param db where the job is
   * @param id the job
   */
  public static void loseMetadata(DSLContext db, long id) {
    db.execute(
        "UPDATE river_job SET metadata = metadata || (SELECT jsonb_object_agg(n, md5(n || ''))"
            + " FROM generate_series(1, 2000) n) WHERE id = ?",
        id);
    String store =
        db.fetchSingle(
                "SELECT reltoastrelid::regclass::text FROM pg_class"
                    + " WHERE oid = 'river_job'::regclass")
            .get(0, String.class);
    String kind = "UPDATE pg_class SET relkind = '%s' WHERE oid = '%s'::regclass";
    db.execute(kind.formatted("r", store));
    db.execute("DELETE FROM " + store);
    db.execute(kind.formatted("t", store));
  }
}
