SELECT user_id, country, age, income FROM people WHERE age > 30 AND country = 'US'
SELECT user_id, country, age, income FROM people WHERE country IN ('US','DE')
SELECT user_id, country, age, income FROM people WHERE country > 'F'
SELECT user_id, country, age, income FROM people WHERE gender = 'F'
SELECT user_id, country, age, income FROM people WHERE gender > 'F'
SELECT user_id, country, age, income FROM people WHERE email LIKE 'user1%'
SELECT user_id, country, age, income FROM people WHERE email LIKE 'user1$_%' ESCAPE '$'
SELECT user_id, country, age, income FROM people WHERE email NOT LIKE 'user1%'
SELECT user_id, country, age, income FROM people WHERE email like 'user_2%@%'
SELECT user_id, country, age, income FROM people WHERE age + 1 > 30
SELECT user_id, country, age, income FROM people WHERE age / 2 = 15
SELECT user_id, country, age, income FROM people WHERE age % 7 = 3
SELECT user_id, country, age, income FROM people WHERE -age < -70
SELECT user_id, country, age, income FROM people WHERE age > 30 OR country = 'US'
SELECT user_id, country, age, income FROM people WHERE NOT (age > 30 OR country = 'US')
SELECT user_id, country, age, income FROM people WHERE last_login > TIMESTAMP '2024-01-10 00:00:00'
SELECT user_id, country, age, income FROM people WHERE tz_login > TIMESTAMP '2024-01-10 00:00:00 UTC'
SELECT user_id, country, age, income FROM people WHERE income BETWEEN 20000 AND 30000
SELECT user_id, country, age, income FROM people WHERE income > 50000.25
SELECT user_id, country, age, income FROM people WHERE income = 57256.25
SELECT user_id, country, age, income FROM people WHERE score > 1.5
SELECT user_id, country, age, income FROM people WHERE score < nan()
SELECT user_id, country, age, income FROM people WHERE score >= 142e0
SELECT user_id, country, age, income FROM people WHERE ext_id = UUID '00000000-0000-4000-8000-000000000001'
SELECT user_id, country, age, income FROM people WHERE ext_id in (UUID '00000000-0000-4000-8000-000000000001',UUID '00000000-0000-4000-8000-000000000002')
SELECT user_id, country, age, income FROM people WHERE lower(country) = 'us'
SELECT user_id, country, age, income FROM people WHERE year(signup_date) = 2020
SELECT user_id, country, age, income FROM people WHERE coalesce(age, 0) = 0
SELECT user_id, country, age, income FROM people WHERE nullif(age, 18) is null
SELECT user_id, country, age, income FROM people WHERE CAST(age AS bigint) = 20
SELECT user_id, country, age, income FROM people WHERE cast(age as double) > 70.5
SELECT user_id, country, age, income FROM people WHERE avatar = X'00000001'
SELECT user_id, country, age, income FROM people WHERE avatar > X'000007C0'
SELECT user_id, country, age, income FROM people WHERE is_active
SELECT user_id, country, age, income FROM people WHERE not is_active
SELECT user_id, country, age, income FROM people WHERE age IS NULL
SELECT user_id, country, age, income FROM people WHERE age IS DISTINCT FROM 20
SELECT user_id, country, age, income FROM people WHERE age in (20, null, 30)
SELECT user_id, country, age, income FROM people WHERE age not in (20, null, 30)
SELECT user_id, country, age, income FROM people WHERE age not in (20,30)
SELECT user_id, country, age, income FROM people WHERE signup_date >= date '2022-01-01'
SELECT user_id, country, age, income FROM people WHERE signup_date between date '2022-01-01' and date '2022-02-01'
SELECT user_id, country, age, income FROM people WHERE city = 'Lyon' and email is not null
SELECT user_id, country, age, income FROM people WHERE full_name >= 'User 99'
SELECT user_id, country, age, income FROM people WHERE full_name between 'User 10' and 'User 11'
SELECT user_id, country, age, income FROM people WHERE 10 / (age - 20) > 1
SELECT user_id, country, age, income FROM people WHERE email = ''
SELECT user_id, country, age, income FROM people WHERE last_login in (timestamp '2024-01-01 00:37:00', timestamp '2024-01-01 01:14:00.000')
SELECT user_id, country, age, income FROM people WHERE age > user_id
SELECT user_id, country, age, income FROM people WHERE full_name = email
SELECT user_id, country, age, income FROM people WHERE cast(user_id as varchar) = '7'
SELECT user_id, country, age, income FROM people WHERE tags is null
select count(*) from people
select count(*), count(email), count(distinct country), count(distinct age), count(distinct income) from people
select sum(age), sum(income), sum(user_id), avg(age), avg(income) from people
select min(age), max(income), min(score), max(score), max(signup_date), min(last_login), max(tz_login), min(full_name), max(full_name), min(gender), max(is_active) from people
select country, count(*), sum(age), avg(income), min(city) from people group by country
select country, gender, count(*) from people group by 1,2
select distinct country, city from people
select sum(age) filter (where age > 30), count_if(age>30), bool_and(is_active), bool_or(is_active) from people
select country from people group by country having count(*) > 285
select user_id from people order by age desc, user_id limit 7
select user_id, email from people order by email limit 7
select email from people order by email desc nulls last limit 7
select user_id, age from people order by age nulls first, user_id limit 9
select count(*) from (select user_id from people limit 5)
select sum(x) from (select age x from people order by user_id limit 10)
select a.user_id, b.age from people a join people b on a.user_id=b.user_id
select a.user_id, b.age from people a left join people b on a.user_id=b.user_id+1990
select a.user_id, b.age from people a full join people b on a.user_id=b.user_id and a.age>50 and b.age > 50
select count(*) from people a join people b on a.age=b.age
select a.country, count(*) from people a join people b on a.user_id=b.user_id where b.age>40 group by a.country
select user_id from people where user_id in (select user_id from people where age>75)
select max(age), country from people where email like '%9@%' group by country order by 2
select country, age, count(*) from people group by grouping sets ((country),(age))
select sum(distinct age), count(distinct gender) from people
select json_extract_scalar(profile,'$.lvl') l, count(*) from people group by 1
select * from people where user_id < 20
select * from active_people where user_id<20
select k, v from parted where k > 5 order by k desc limit 3
select count(*) from parted where v='v3'
select avg(i4), sum(i8) from alltypes
SELECT id FROM collated WHERE de > 'a'
SELECT id FROM collated WHERE de <= 'B'
SELECT id FROM collated WHERE de = 'ä'
SELECT id FROM collated WHERE de between 'B' and 'a'
SELECT id FROM collated WHERE de like 'a%'
SELECT id FROM collated WHERE de like 'a$%$_\b' escape '$'
SELECT id FROM collated WHERE de like '%\%'
SELECT id FROM collated WHERE de in ('a','Z','')
SELECT id FROM collated WHERE de <> ''
SELECT id FROM collated WHERE de is null
SELECT id FROM collated WHERE de > ''
SELECT id FROM collated ORDER BY de LIMIT 3
SELECT id FROM collated ORDER BY de DESC LIMIT 3
SELECT min(de), max(de), count(DISTINCT de) FROM collated
SELECT id FROM collated WHERE c > 'a'
SELECT id FROM collated WHERE c <= 'B'
SELECT id FROM collated WHERE c = 'ä'
SELECT id FROM collated WHERE c between 'B' and 'a'
SELECT id FROM collated WHERE c like 'a%'
SELECT id FROM collated WHERE c like 'a$%$_\b' escape '$'
SELECT id FROM collated WHERE c like '%\%'
SELECT id FROM collated WHERE c in ('a','Z','')
SELECT id FROM collated WHERE c <> ''
SELECT id FROM collated WHERE c is null
SELECT id FROM collated WHERE c > ''
SELECT id FROM collated ORDER BY c LIMIT 3
SELECT id FROM collated ORDER BY c DESC LIMIT 3
SELECT min(c), max(c), count(DISTINCT c) FROM collated
SELECT id FROM collated WHERE plain > 'a'
SELECT id FROM collated WHERE plain <= 'B'
SELECT id FROM collated WHERE plain = 'ä'
SELECT id FROM collated WHERE plain between 'B' and 'a'
SELECT id FROM collated WHERE plain like 'a%'
SELECT id FROM collated WHERE plain like 'a$%$_\b' escape '$'
SELECT id FROM collated WHERE plain like '%\%'
SELECT id FROM collated WHERE plain in ('a','Z','')
SELECT id FROM collated WHERE plain <> ''
SELECT id FROM collated WHERE plain is null
SELECT id FROM collated WHERE plain > ''
SELECT id FROM collated ORDER BY plain LIMIT 3
SELECT id FROM collated ORDER BY plain DESC LIMIT 3
SELECT min(plain), max(plain), count(DISTINCT plain) FROM collated
SELECT f8 FROM nan WHERE f8 > 1e0
SELECT f8 FROM nan WHERE NOT (f8 > 1e0)
SELECT f8 FROM nan WHERE f8 >= 1e0
SELECT f8 FROM nan WHERE NOT (f8 >= 1e0)
SELECT f8 FROM nan WHERE f8 < 1e0
SELECT f8 FROM nan WHERE NOT (f8 < 1e0)
SELECT f8 FROM nan WHERE f8 <> 1e0
SELECT f8 FROM nan WHERE NOT (f8 <> 1e0)
SELECT f8 FROM nan WHERE f8 = 1e0
SELECT f8 FROM nan WHERE NOT (f8 = 1e0)
SELECT f8 FROM nan WHERE f8 between 0e0 and 5e0
SELECT f8 FROM nan WHERE NOT (f8 between 0e0 and 5e0)
SELECT f8 FROM nan WHERE f8 in (1e0, infinity())
SELECT f8 FROM nan WHERE NOT (f8 in (1e0, infinity()))
SELECT f8 FROM nan WHERE f8 is distinct from 1e0
SELECT f8 FROM nan WHERE NOT (f8 is distinct from 1e0)
SELECT f8 FROM nan WHERE f8 = nan()
SELECT f8 FROM nan WHERE NOT (f8 = nan())
SELECT f8 FROM nan WHERE f8 > infinity()
SELECT f8 FROM nan WHERE NOT (f8 > infinity())
SELECT id FROM dates WHERE d > date '2000-01-01' AND id > 2
SELECT id FROM dates WHERE d = date '-0043-03-15'
SELECT id FROM dates WHERE ts < timestamp '-0001-01-01 00:00:00' and id > 2
SELECT id FROM dates WHERE d < date '-9999-01-01'
SELECT id FROM dates WHERE tz >= timestamp '9999-12-31 23:59:59.999999 UTC' and id > 2
SELECT count(*) FROM alltypes WHERE mood_ = 'happy'
SELECT mood_, count(*) FROM alltypes GROUP BY 1
SELECT count(*) FROM alltypes WHERE t6 >= time '12:34:56.789012'
SELECT count(*) FROM alltypes WHERE n38_0 > 1
SELECT a.id, b.id FROM collated a JOIN collated b ON a.c = b.de
SELECT a.user_id FROM people a JOIN people b ON a.user_id = b.user_id + 1 WHERE b.age = 20
SELECT a.country, max(b.income) FROM people a LEFT JOIN people b ON a.user_id = b.user_id GROUP BY a.country
SELECT max(c) FROM (SELECT count(*) c FROM people GROUP BY country)
