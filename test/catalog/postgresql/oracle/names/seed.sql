-- Names that differ in nothing but case. Read by record.ts and names.test.ts.
DROP SCHEMA IF EXISTS "CaseTwin" CASCADE; DROP SCHEMA IF EXISTS casetwin CASCADE; DROP SCHEMA IF EXISTS "caseMix" CASCADE; DROP SCHEMA IF EXISTS casenew CASCADE; DROP SCHEMA IF EXISTS casenew2 CASCADE;
CREATE SCHEMA "CaseTwin"; CREATE SCHEMA casetwin; CREATE SCHEMA "caseMix";
CREATE TABLE "CaseTwin"."Tab" (a int, "B" int); INSERT INTO "CaseTwin"."Tab" VALUES (1, 2);
CREATE TABLE "CaseTwin".tab (b int); CREATE TABLE "CaseTwin"."Other" (c int); CREATE TABLE "CaseTwin"."Plain" (c int);
COMMENT ON TABLE "CaseTwin"."Other" IS 'the other one';
CREATE TABLE "caseMix"."X1" (c int); CREATE TABLE "caseMix".x1 (c2 int); CREATE TABLE "caseMix"."Solo" (c2 int); CREATE TABLE casetwin.low (x int);
