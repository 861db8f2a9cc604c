"""Many machines (nhiều máy): the same steps as `local`, brought to their rows by Spark instead of by threads.

A row of a Spark table is a whole batch (`Batches`): a part number, a kind, and columns of integers as bytes. Spark
deals batches out by part and carries them; it never looks inside, so that the JVM costs next to nothing per record.
"""
