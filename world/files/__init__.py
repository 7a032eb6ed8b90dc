"""A person's own sales, weather and search, from CSV or Parquet files in a folder."""
