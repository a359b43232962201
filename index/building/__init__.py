"""Files to batches, batches into store and engine, a draft to a published generation."""
