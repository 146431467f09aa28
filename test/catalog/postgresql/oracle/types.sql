DESCRIBE alltypes
SELECT "bool_" FROM alltypes WHERE i4 = 2147483647
SELECT "i2" FROM alltypes WHERE i4 = 2147483647
SELECT "i4" FROM alltypes WHERE i4 = 2147483647
SELECT "i8" FROM alltypes WHERE i4 = 2147483647
SELECT "f4" FROM alltypes WHERE i4 = 2147483647
SELECT "f8" FROM alltypes WHERE i4 = 2147483647
SELECT "oid_" FROM alltypes WHERE i4 = 2147483647
SELECT "n5" FROM alltypes WHERE i4 = 2147483647
SELECT "n52" FROM alltypes WHERE i4 = 2147483647
SELECT "n38_0" FROM alltypes WHERE i4 = 2147483647
SELECT "c" FROM alltypes WHERE i4 = 2147483647
SELECT "c3" FROM alltypes WHERE i4 = 2147483647
SELECT "vc" FROM alltypes WHERE i4 = 2147483647
SELECT "vc5" FROM alltypes WHERE i4 = 2147483647
SELECT "vcbig" FROM alltypes WHERE i4 = 2147483647
SELECT "t" FROM alltypes WHERE i4 = 2147483647
SELECT "name_" FROM alltypes WHERE i4 = 2147483647
SELECT "bpc" FROM alltypes WHERE i4 = 2147483647
SELECT "cint" FROM alltypes WHERE i4 = 2147483647
SELECT "ba" FROM alltypes WHERE i4 = 2147483647
SELECT "d" FROM alltypes WHERE i4 = 2147483647
SELECT "t0" FROM alltypes WHERE i4 = 2147483647
SELECT "t3" FROM alltypes WHERE i4 = 2147483647
SELECT "t6" FROM alltypes WHERE i4 = 2147483647
SELECT "ttz" FROM alltypes WHERE i4 = 2147483647
SELECT "ts0" FROM alltypes WHERE i4 = 2147483647
SELECT "ts3" FROM alltypes WHERE i4 = 2147483647
SELECT "ts6" FROM alltypes WHERE i4 = 2147483647
SELECT "tz0" FROM alltypes WHERE i4 = 2147483647
SELECT "tz3" FROM alltypes WHERE i4 = 2147483647
SELECT "tz6" FROM alltypes WHERE i4 = 2147483647
SELECT "j" FROM alltypes WHERE i4 = 2147483647
SELECT "jb" FROM alltypes WHERE i4 = 2147483647
SELECT "u" FROM alltypes WHERE i4 = 2147483647
SELECT "m" FROM alltypes WHERE i4 = 2147483647
SELECT "bit1" FROM alltypes WHERE i4 = 2147483647
SELECT "bit5" FROM alltypes WHERE i4 = 2147483647
SELECT "mood_" FROM alltypes WHERE i4 = 2147483647
SELECT "h" FROM alltypes WHERE i4 = 2147483647
SELECT count(*) FROM alltypes
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}DESCRIBE alltypes
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "n" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "n39" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "n40_5" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "n50_20" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "iv" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "x" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "inet_" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "cidr_" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "mac" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "mac8" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "vb" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "vb5" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "pos" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "st" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "comp_" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "ci" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "pt" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "ln" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "bx" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "pth" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "plg" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "crc" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "lsg" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "tsv" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "tsq" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "i4r" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "tsr" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "i4mr" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "jp" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "pglsn" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "regcls" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "regprc" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "xid_" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "tid_" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "txs" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_i4" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_t" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_vc5" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_n52" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_n" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_ts3" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_tz" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_d" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_b" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_ba" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_u" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_jb" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_i2d" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_f4" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_f8" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_c3" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_mood" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_h" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_tm" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_i8" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_i2" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_m" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_inet" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT "a_ci" FROM alltypes WHERE i4 = 2147483647
{postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3,postgresql.decimal_rounding_mode=HALF_UP}SELECT count(*) FROM alltypes
{postgresql.array_mapping=AS_ARRAY}DESCRIBE alltypes
{postgresql.array_mapping=AS_ARRAY}SELECT "a_i4" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_t" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_vc5" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_n52" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_ts3" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_tz" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_d" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_b" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_u" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_jb" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_i2d" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_f4" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_f8" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_c3" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_mood" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_h" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_tm" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_i8" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_i2" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT "a_m" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY}SELECT count(*) FROM alltypes
{postgresql.array_mapping=AS_JSON}DESCRIBE alltypes
{postgresql.array_mapping=AS_JSON}SELECT "a_i4" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_t" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_vc5" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_n52" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_ts3" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_tz" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_d" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_b" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_u" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_jb" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_i2d" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_f4" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_f8" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_c3" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_mood" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_h" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_tm" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_i8" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT "a_i2" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_JSON}SELECT count(*) FROM alltypes
{postgresql.array_mapping=AS_ARRAY,postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3}DESCRIBE alltypes
{postgresql.array_mapping=AS_ARRAY,postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3}SELECT "a_n" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY,postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3}SELECT "a_inet" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY,postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3}SELECT "a_ci" FROM alltypes WHERE i4 = 2147483647
{postgresql.array_mapping=AS_ARRAY,postgresql.unsupported_type_handling=CONVERT_TO_VARCHAR,postgresql.decimal_mapping=ALLOW_OVERFLOW,postgresql.decimal_default_scale=3}SELECT count(*) FROM alltypes
SELECT d FROM dates WHERE id = 1
SELECT ts FROM dates WHERE id = 1
SELECT tz FROM dates WHERE id = 1
SELECT f4 FROM dates WHERE id = 1
SELECT f8 FROM dates WHERE id = 1
SELECT d FROM dates WHERE id = 2
SELECT ts FROM dates WHERE id = 2
SELECT tz FROM dates WHERE id = 2
SELECT f4 FROM dates WHERE id = 2
SELECT f8 FROM dates WHERE id = 2
SELECT d FROM dates WHERE id = 3
SELECT ts FROM dates WHERE id = 3
SELECT tz FROM dates WHERE id = 3
SELECT f4 FROM dates WHERE id = 3
SELECT f8 FROM dates WHERE id = 3
SELECT d FROM dates WHERE id = 4
SELECT ts FROM dates WHERE id = 4
SELECT tz FROM dates WHERE id = 4
SELECT f4 FROM dates WHERE id = 4
SELECT f8 FROM dates WHERE id = 4
SELECT d FROM dates WHERE id = 5
SELECT ts FROM dates WHERE id = 5
SELECT tz FROM dates WHERE id = 5
SELECT f4 FROM dates WHERE id = 5
SELECT f8 FROM dates WHERE id = 5
SELECT d FROM dates WHERE id = 6
SELECT ts FROM dates WHERE id = 6
SELECT tz FROM dates WHERE id = 6
SELECT f4 FROM dates WHERE id = 6
SELECT f8 FROM dates WHERE id = 6
SELECT d FROM dates WHERE id = 7
SELECT ts FROM dates WHERE id = 7
SELECT tz FROM dates WHERE id = 7
SELECT f4 FROM dates WHERE id = 7
SELECT f8 FROM dates WHERE id = 7
SELECT d FROM dates WHERE id = 8
SELECT ts FROM dates WHERE id = 8
SELECT tz FROM dates WHERE id = 8
SELECT f4 FROM dates WHERE id = 8
SELECT f8 FROM dates WHERE id = 8
SELECT d FROM dates WHERE id = 9
SELECT ts FROM dates WHERE id = 9
SELECT tz FROM dates WHERE id = 9
SELECT f4 FROM dates WHERE id = 9
SELECT f8 FROM dates WHERE id = 9
SELECT d FROM dates WHERE id = 10
SELECT ts FROM dates WHERE id = 10
SELECT tz FROM dates WHERE id = 10
SELECT f4 FROM dates WHERE id = 10
SELECT f8 FROM dates WHERE id = 10
SELECT d FROM dates WHERE id = 11
SELECT ts FROM dates WHERE id = 11
SELECT tz FROM dates WHERE id = 11
SELECT f4 FROM dates WHERE id = 11
SELECT f8 FROM dates WHERE id = 11
SELECT j FROM js WHERE id = 1
SELECT j FROM js WHERE id = 2
SELECT j FROM js WHERE id = 3
SELECT j FROM js WHERE id = 4
SELECT j FROM js WHERE id = 5
SELECT t0 FROM t24 WHERE id = 1
SELECT t3 FROM t24 WHERE id = 1
SELECT t6 FROM t24 WHERE id = 1
SELECT t0 FROM t24 WHERE id = 2
SELECT t3 FROM t24 WHERE id = 2
SELECT t6 FROM t24 WHERE id = 2
SHOW TABLES
SELECT n FROM nan
SELECT f8 FROM nan
DESCRIBE idgen
SHOW CREATE TABLE idgen
DESCRIBE empty_cols
SELECT * FROM only_unsupported
DESCRIBE mixedcase
SELECT * FROM parted
SELECT * FROM vw
SELECT * FROM mv
SELECT * FROM inh_parent
SELECT * FROM ft
SELECT * FROM pg_catalog.pg_class
SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'answers'
SELECT column_name, data_type, is_nullable, ordinal_position FROM information_schema.columns WHERE table_schema = 'answers' AND table_name = 'people'
SHOW STATS FOR people
SHOW STATS FOR vw
CALL system.execute('select 1')
CALL system.execute('bogus')
CALL system.flush_metadata_cache()
