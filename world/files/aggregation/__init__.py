"""From lines of sales to cells by category, store and day, and Parquet brought to them as it is."""
