"""Engine: fitting, lists and encoding on Apache Spark, for data beyond one machine."""
