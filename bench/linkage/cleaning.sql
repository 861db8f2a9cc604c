-- What a careful user of Splink does first: both files in the same columns, names folded, dates and numbers read.
CREATE MACRO folded(text) AS
    trim(regexp_replace(replace(strip_accents(lower(nfc_normalize(text))), 'đ', 'd'), '[^a-z0-9]+', ' ', 'g'));
CREATE MACRO place(text) AS
    nullif(regexp_replace(folded(text),
        '^(thanh pho|tinh|quan|huyen|thi xa|thi tran|phuong|xa|tp|tt|tx|t|q|h|p|x) ', ''), '');
CREATE MACRO toned(text) AS trim(regexp_replace(lower(nfc_normalize(text)), '\s+', ' ', 'g'));
CREATE MACRO digits(text) AS nullif(regexp_replace(text, '[^0-9]', '', 'g'), '');
CREATE MACRO male(text) AS CASE WHEN text IN ('M', 'Nam') THEN 'M' WHEN text IN ('F', 'Nữ') THEN 'F' END;

CREATE TABLE insured AS
WITH read AS (
    SELECT *, digits(id_no) AS number, string_split(dob, '/') AS d FROM read_parquet('{insured}')
), typed AS (
    SELECT record_id AS unique_id, toned(full_name) AS name_toned, folded(full_name) AS name, male(sex) AS sex,
        CASE WHEN len(d) = 3 AND length(dob) = 10 THEN d[3] || d[2] || d[1] END AS dob,
        CASE WHEN length(d[-1]) = 4 THEN d[-1] END AS birth_year,
        CASE WHEN length(number) BETWEEN 10 AND 12 THEN lpad(number, 12, '0') END AS id12,
        CASE WHEN length(number) = 9 THEN number END AS id9,
        place(home_province) AS home_province, place(home_commune) AS home_commune,
        place(res_province) AS res_province, place(res_district) AS res_district, place(res_commune) AS res_commune
    FROM read
)
SELECT *, split_part(name, ' ', 1) AS surname, split_part(name, ' ', -1) AS given, substr(dob, 5) AS month_day,
    right(id12, 6) AS id_tail, list_aggregate(list_sort(string_split(name, ' ')), 'string_agg', ' ') AS bag
FROM typed;

CREATE TABLE population AS
WITH read AS (
    SELECT *, string_split(p.dob, '-') AS d FROM read_parquet('{population}') p
), typed AS (
    SELECT person_id AS unique_id, toned(full_name) AS name_toned, folded(full_name) AS name, male(sex) AS sex,
        CASE WHEN len(d) = 3 THEN d[1] || d[2] || d[3] END AS dob, d[1] AS birth_year,
        id12, id9,
        place(home_province) AS home_province, place(home_commune) AS home_commune,
        place(res_province) AS res_province, place(res_district) AS res_district, place(res_commune) AS res_commune
    FROM read
)
SELECT *, split_part(name, ' ', 1) AS surname, split_part(name, ' ', -1) AS given, substr(dob, 5) AS month_day,
    right(id12, 6) AS id_tail, list_aggregate(list_sort(string_split(name, ' ')), 'string_agg', ' ') AS bag
FROM typed;
