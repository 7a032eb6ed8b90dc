"""Files that come through the dashboard: kept, checked, mapped."""
