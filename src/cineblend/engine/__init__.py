"""The distributed engine: what one machine cannot hold, on Apache Spark."""
