SELECT
  "t0"."category",
  "t0"."store",
  "t0"."date",
  "t0"."word",
  COUNT(*) AS "rows",
  BIT_OR("t0"."bit") AS "seen",
  COUNT("t0"."units") AS "counted",
  SUM("t0"."units") AS "units",
  SUM("t0"."price" * (
    COALESCE("t0"."units", 0.0) + 1e-06
  )) AS "priced",
  SUM(COALESCE("t0"."units", 0.0) + 1e-06) FILTER(WHERE
    "t0"."price" IS NOT NULL) AS "price_weight",
  SUM("t0"."promotion" * "t0"."weight") AS "promoted",
  SUM("t0"."weight") FILTER(WHERE
    "t0"."promotion" IS NOT NULL) AS "promotion_weight",
  SUM("t0"."in_stock" * "t0"."weight") AS "stocked",
  SUM("t0"."weight") FILTER(WHERE
    "t0"."in_stock" IS NOT NULL) AS "stock_weight"
FROM "weighed_lines" AS "t0"
GROUP BY
  1,
  2,
  3,
  4
