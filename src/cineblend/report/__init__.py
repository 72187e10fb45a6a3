"""Report: a comparison as a table, a chart, files and one HTML page."""
