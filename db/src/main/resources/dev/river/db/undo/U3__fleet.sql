DELETE FROM ${schema}.river_migration WHERE line = 'java' AND version = 3;
DROP TABLE ${schema}.river_java_duty;
DROP TABLE ${schema}.river_java_periodic_job;
DROP TABLE ${schema}.river_java_leader;
DROP TABLE ${schema}.river_java_client;
DROP INDEX ${schema}.river_job_finalized_idx;
DROP INDEX ${schema}.river_job_running_idx;
