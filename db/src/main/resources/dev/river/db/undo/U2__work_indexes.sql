DELETE FROM ${schema}.river_migration WHERE line = 'java' AND version = 2;
DROP INDEX ${schema}.river_job_schedule_idx;
DROP INDEX ${schema}.river_job_claim_idx;
