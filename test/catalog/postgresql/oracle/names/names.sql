SHOW SCHEMAS FROM mapped LIKE 'case%'
SHOW TABLES FROM mapped.casetwin_upper
SHOW TABLES FROM mapped.casetwin_lower
SHOW TABLES FROM mapped.casetwin
SHOW TABLES FROM mapped.casemix
DESCRIBE mapped.casetwin_upper.tab_1
DESCRIBE mapped.casetwin_upper.tab_2
DESCRIBE mapped.casetwin_upper.tab
DESCRIBE mapped.casetwin_upper.plain
DESCRIBE mapped.casetwin_upper.other
DESCRIBE mapped.casetwin_upper.renamed_other
DESCRIBE mapped.casemix.x1
DESCRIBE mapped.casemix.solo
DESCRIBE mapped.casetwin_upper.nosuch
DESCRIBE mapped.casenone.x
SELECT * FROM mapped.casetwin_upper.tab_1
SELECT * FROM mapped.casetwin.low
INSERT INTO mapped.casetwin_upper.tab_1 VALUES (3, 4)
UPDATE mapped.casetwin_upper.tab_1 SET b = 5 WHERE a = 3
SELECT * FROM mapped.casetwin_upper.tab_1 ORDER BY a
SELECT table_schema, table_name FROM mapped.information_schema.tables WHERE table_schema LIKE 'case%' ORDER BY 1, 2
SELECT table_schema, table_name, column_name FROM mapped.information_schema.columns WHERE table_schema LIKE 'case%' ORDER BY 1, 2, 3
SELECT table_schema, table_name, column_name FROM mapped.information_schema.columns WHERE table_schema = 'casetwin_upper' AND table_name = 'tab_1' ORDER BY 3
SHOW CREATE TABLE mapped.casetwin_upper.renamed_other
CREATE TABLE mapped.casetwin_upper.newt (a integer)
SHOW TABLES FROM mapped.casetwin_upper
DROP TABLE mapped.casetwin_upper.newt
CREATE TABLE mapped.casemix.made_here (a integer)
SHOW TABLES FROM mapped.casemix
SHOW TABLES FROM insensitive.casemix
DROP TABLE mapped.casemix.made_here
CREATE TABLE mapped.casemix.made_here AS SELECT 1 a
SELECT * FROM insensitive.casemix.made
ALTER TABLE mapped.casemix.made_here RENAME TO made_there
ALTER TABLE mapped.casemix.made_there RENAME TO made_here
ALTER TABLE mapped.casemix.made_here RENAME TO x1
ALTER TABLE mapped.casemix.made_here RENAME TO mapped.casetwin_upper.made_here
DROP TABLE mapped.casemix.made_here
CREATE TABLE mapped.casemix.solo (a int)
CREATE TABLE mapped.casemix.x1 (a int)
CREATE TABLE mapped.casetwin.zzz (a int)
CREATE SCHEMA mapped.casetwin
CREATE SCHEMA mapped.casenew
ALTER SCHEMA mapped.casenew RENAME TO casemix
ALTER SCHEMA mapped.casenew RENAME TO casenew2
DROP SCHEMA mapped.casenew2
DROP SCHEMA mapped.casetwin
SHOW SCHEMAS FROM insensitive LIKE 'case%'
SHOW TABLES FROM insensitive.casemix
SHOW TABLES FROM insensitive.casetwin
SELECT * FROM insensitive.casetwin.low
DESCRIBE insensitive.casemix.solo
DESCRIBE insensitive.casemix.x1
DROP SCHEMA insensitive.casetwin
SHOW SCHEMAS FROM exact LIKE 'case%'
SHOW TABLES FROM exact.casetwin
DESCRIBE exact.casetwin.low
SELECT * FROM exact.casemix.solo
SHOW SCHEMAS FROM both LIKE 'case%'
SHOW TABLES FROM both.casetwin_upper
SHOW TABLES FROM both.casetwin_lower
SHOW TABLES FROM both.casetwin
SHOW TABLES FROM both.casemix
DESCRIBE both.casetwin_upper.tab_1
DESCRIBE both.casetwin_upper.tab_2
DESCRIBE both.casetwin_upper.tab
DESCRIBE both.casetwin_upper.plain
DESCRIBE both.casetwin_upper.other
DESCRIBE both.casetwin_upper.renamed_other
DESCRIBE both.casemix.x1
DESCRIBE both.casemix.solo
DESCRIBE both.casetwin_upper.nosuch
DESCRIBE both.casenone.x
SELECT * FROM both.casetwin_upper.tab_1
SELECT * FROM both.casetwin.low
INSERT INTO both.casetwin_upper.tab_1 VALUES (3, 4)
UPDATE both.casetwin_upper.tab_1 SET b = 5 WHERE a = 3
SELECT * FROM both.casetwin_upper.tab_1 ORDER BY a
SELECT table_schema, table_name FROM both.information_schema.tables WHERE table_schema LIKE 'case%' ORDER BY 1, 2
SELECT table_schema, table_name, column_name FROM both.information_schema.columns WHERE table_schema LIKE 'case%' ORDER BY 1, 2, 3
SELECT table_schema, table_name, column_name FROM both.information_schema.columns WHERE table_schema = 'casetwin_upper' AND table_name = 'tab_1' ORDER BY 3
SELECT schema_name, table_name, comment FROM system.metadata.table_comments WHERE catalog_name = 'both' AND schema_name = 'casetwin_upper' ORDER BY 2
SHOW CREATE TABLE both.casetwin_upper.renamed_other
CREATE TABLE both.casetwin_upper.newt (a integer)
SHOW TABLES FROM both.casetwin_upper
DROP TABLE both.casetwin_upper.newt
CREATE TABLE both.casemix.made_here (a integer)
SHOW TABLES FROM both.casemix
DROP TABLE both.casemix.made_here
CREATE TABLE both.casemix.made_here AS SELECT 1 a
SELECT * FROM insensitive.casemix.made
ALTER TABLE both.casemix.made_here RENAME TO made_there
ALTER TABLE both.casemix.made_there RENAME TO made_here
ALTER TABLE both.casemix.made_here RENAME TO x1
ALTER TABLE both.casemix.made_here RENAME TO both.casetwin_upper.made_here
DROP TABLE both.casemix.made_here
CREATE TABLE both.casemix.solo (a int)
CREATE TABLE both.casemix.x1 (a int)
CREATE TABLE both.casetwin.zzz (a int)
CREATE SCHEMA both.casetwin
CREATE SCHEMA both.casenew
ALTER SCHEMA both.casenew RENAME TO casemix
ALTER SCHEMA both.casenew RENAME TO casenew2
DROP SCHEMA both.casenew2
DROP SCHEMA both.casetwin
