-- What a fleet of clients needs to look after itself: who is there, who leads, and what is due when.

-- Serves the rescuers, which look for running attempts that nobody runs any more, from the oldest that still runs on.
-- IS NOT NULL keeps it from statements that find running jobs by their numbers: it looks small to the planner, and is
-- large while a transaction stays open.
DO $$
BEGIN
  IF to_regclass('${schema}.river_job_running_idx') IS NULL THEN
    CREATE INDEX river_job_running_idx ON ${schema}.river_job (attempted_at)
    WHERE state = 'running' AND attempted_at IS NOT NULL;
  END IF;
END $$;

-- Serves the cleaner: the finished jobs of a queue and a state, the oldest first.
DO $$
BEGIN
  IF to_regclass('${schema}.river_job_finalized_idx') IS NULL THEN
    CREATE INDEX river_job_finalized_idx ON ${schema}.river_job (queue, state, finalized_at)
    WHERE finalized_at IS NOT NULL;
  END IF;
END $$;

-- The clients that work jobs: one row for each, from its start to its stop, also when several share a name.
CREATE TABLE ${schema}.river_java_client (
    incarnation bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 100),
    started_at timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now(),
    -- The second key of the advisory lock that its session holds as long as it lives; NULL without one.
    lock_key integer,
    -- When someone saw that the lock was free; its next heartbeat clears it.
    suspected_at timestamptz,
    -- When it was found to be gone. Should it live after all, its next heartbeat makes a new row.
    gone_at timestamptz
) WITH (fillfactor = 50); -- heartbeats change no index, and so find room in their page

-- Who leads. The advisory lock decides; this row counts the terms.
CREATE TABLE ${schema}.river_java_leader (
    name text PRIMARY KEY CHECK (name = 'default'),
    term bigint NOT NULL CHECK (term > 0),
    client_id text NOT NULL,
    backend_pid integer NOT NULL,
    elected_at timestamptz NOT NULL DEFAULT now()
);

-- When the next run of each periodic job is due, so that no change of leaders or versions loses or doubles one.
CREATE TABLE ${schema}.river_java_periodic_job (
    id text PRIMARY KEY CHECK (char_length(id) BETWEEN 1 AND 127),
    -- The schedule that next_run_at was computed by.
    schedule text NOT NULL,
    -- NULL where the schedule has no time any more.
    next_run_at timestamptz,
    -- The last run that has a job, and that job; NULL before the first.
    last_run_at timestamptz,
    last_job_id bigint,
    paused_at timestamptz,
    -- The end of the last pause: what was due before it is not made up for.
    resumed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);

-- When something was last begun that happens once a day, so that no change of leaders repeats it.
CREATE TABLE ${schema}.river_java_duty (
    name text PRIMARY KEY,
    started_at timestamptz NOT NULL DEFAULT now()
);

INSERT INTO ${schema}.river_migration (line, version) VALUES ('java', 3);
