"""The picture of an ad: layout, typesetting, drawing, and PNG."""
