SELECT
  "t0"."store",
  "t0"."category",
  "t0"."sku",
  GREATEST(
    COALESCE(AVG("t0"."units") FILTER(WHERE
      COALESCE("t0"."in_stock", 1.0) > 0), 0.0),
    COALESCE(AVG("t0"."units"), 0.0),
    0.0
  ) + 1e-06 AS "weight"
FROM "placed_lines" AS "t0"
GROUP BY
  1,
  2,
  3
